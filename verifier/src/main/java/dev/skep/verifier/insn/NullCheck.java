package dev.skep.verifier.insn;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/** What a comparison with NULL makes of pointers that may be NULL. */
public final class NullCheck {
    private NullCheck() {}

    /** Converts every copy of a maybe-null pointer in state {@code s}: to 0, or to a pointer that is not NULL. */
    public static void markPtrOrNull(Walk w, VerifierState s, RegState checked, boolean isNull) {
        int id = checked.id;
        if (checked.refId != 0 && checked.refId == id && isNull) {
            s.references.removeIf(r -> r.kind() == Reference.Kind.POINTER && r.id() == id);
        }
        s.mapRegisters(r -> r.type.maybeNull() && r.id == id && id != 0 ? isNull ? RegState.ZERO : notNull(w, r) : r);
    }

    /** Likewise, for all registers with this id. */
    public static void markPtrOrNull(Walk w, VerifierState s, int id, boolean isNull) {
        for (var frame : s.frames) {
            for (RegState r : frame.regs) {
                if (r.id == id && r.type.maybeNull()) {
                    markPtrOrNull(w, s, r, isNull);
                    return;
                }
            }
        }
    }

    /** The pointer once it is known not to be NULL. Ids stay only where a lock is found by them. */
    public static RegState notNull(Walk w, RegState reg) {
        RegState known = reg.withType(notNullType(w, reg));
        return mayHoldLock(w, known.type) ? known : known.withId(0);
    }

    /** What a lookup in a map of maps or sockets gives is not a plain value. */
    private static RegType notNullType(Walk w, RegState reg) {
        RegType type = reg.type.without(PtrFlags.MAYBE_NULL);
        if (!(type instanceof RegType.MapValue v)) {
            return type;
        }
        if (v.map().inner() != null) {
            return new RegType.MapPtr(
                    v.flags(), v.map().inner(), runsCallbacks(w, v.map().inner()) ? reg.id : 0);
        }
        MapType map = v.map().type();
        if (map == MapType.XSKMAP) {
            return new RegType.XdpSock(0);
        }
        return map == MapType.SOCKMAP || map == MapType.SOCKHASH ? new RegType.Socket(0, v.map()) : type;
    }

    /** Values with timers and the like name their map again later: such inner maps must be told apart. */
    private static boolean runsCallbacks(Walk w, MapSpec map) {
        for (SpecialField f : w.kernel.specialFields(map)) {
            switch (f.kind()) {
                case TIMER, WORKQUEUE, TASK_WORK -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    private static boolean mayHoldLock(Walk w, RegType type) {
        List<SpecialField> fields = switch (type) {
            case RegType.MapValue v -> w.kernel.specialFields(v.map());
            case RegType.BtfPtr p when p.has(PtrFlags.ALLOC) -> w.kernel.specialFields(p.btf(), p.typeId());
            default -> List.of();
        };
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).kind() == SpecialField.Kind.SPIN_LOCK
                    || fields.get(i).kind() == SpecialField.Kind.RES_SPIN_LOCK) {
                return true;
            }
        }
        return false;
    }
}
