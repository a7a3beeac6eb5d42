package dev.skep.verifier.call.arg;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.spec.MapSpec;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.diag.StateWriter;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/** A pointer to a special field, of which an object has at most one: locks, timers, work queues, task work. */
public final class FieldArg {
    private FieldArg() {}

    /** The special fields of what the register points into, a map value or an allocated object. */
    public static List<SpecialField> fields(Walk w, RegState r) {
        return switch (r.type) {
            case RegType.MapValue v -> w.kernel.specialFields(v.map());
            case RegType.BtfPtr p -> w.kernel.specialFields(p.btf(), p.typeId());
            default -> List.of();
        };
    }

    /** Requires that the register points exactly at the one field of this kind. */
    public static SpecialField require(Walk w, int reg, SpecialField.Kind kind) {
        RegState r = w.reg(reg);
        String name = kind.kernelName();
        if (!r.var.isConst()) {
            throw w.reject(
                    Reject.EINVAL, "R%d doesn't have constant offset. %s has to be at the constant offset", reg, name);
        }
        MapSpec map = r.type instanceof RegType.MapValue v ? v.map() : null;
        requireBtf(w, map, name);
        SpecialField found = null;
        for (SpecialField f : fields(w, r)) {
            if (f.kind() == kind) {
                found = f;
            }
        }
        if (found == null) {
            throw w.reject(
                    Reject.EINVAL,
                    "%s '%s' has no valid %s",
                    map != null ? "map" : "local",
                    map != null ? name(w, map) : "kptr",
                    name);
        }
        long off = r.off + r.var.constValue();
        if (off != found.offset()) {
            throw w.reject(
                    Reject.EINVAL, "off %d doesn't point to 'struct %s' that is at %d", off, name, found.offset());
        }
        return found;
    }

    static void requireBtf(Walk w, MapSpec map, String user) {
        if (map != null && map.valueTypeId() == 0) {
            throw w.reject(Reject.EINVAL, "map '%s' has to have BTF in order to use %s", name(w, map), user);
        }
    }

    private static String name(Walk w, MapSpec map) {
        return StateWriter.mapName(map.name(), w.program.objectName());
    }
}
