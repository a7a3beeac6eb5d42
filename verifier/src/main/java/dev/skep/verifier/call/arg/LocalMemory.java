package dev.skep.verifier.call.arg;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.map.SpecialField;
import dev.skep.verifier.access.StackCover;
import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Extent;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Memory under a local dynptr that Linux does not take: Skep's extension {@code stack-dynptr}.
 *
 * <ul>
 *   <li>The program's stack, of any frame: dies with the frame, or when a pointer or an object is put under it.
 *   <li>The key that a for_each callback is given: read-only, dies with the callback.
 *   <li>An object from {@code bpf_obj_new}, without its special fields: dies when the object changes hands.
 * </ul>
 */
public final class LocalMemory {
    private static final int NOT_OWNED =
            PtrFlags.MAYBE_NULL | PtrFlags.PERCPU | PtrFlags.NON_OWN_REF | PtrFlags.UNTRUSTED | PtrFlags.RCU;

    private LocalMemory() {}

    /** True when the features allow a dynptr over what R1 points to. */
    public static boolean handles(Walk w, RegState memory) {
        return w.options.features().contains(Extensions.STACK_DYNPTR)
                && (memory.type instanceof RegType.Stack
                        || memory.type instanceof RegType.MapKey k && k.flags() == 0
                        || memory.type instanceof RegType.BtfPtr p && p.has(PtrFlags.ALLOC));
    }

    /**
     * Requires that key or object hold the bytes asked for; R1 and R2 of {@code bpf_dynptr_from_mem}. Stack is checked
     * as memory.
     */
    public static void require(Walk w) {
        RegState memory = w.reg(1);
        RegState size = w.readReg(2);
        RegisterScalar.require(w, 2, size);
        if (!memory.var.isConst()) {
            throw w.reject(Reject.EACCES, "R1 memory under a dynptr must be at a constant offset");
        }
        long from = memory.off + memory.var.constValue();
        long most = size.var.umax;
        String what = "map key";
        long end;
        if (memory.type instanceof RegType.MapKey key) {
            end = Integer.toUnsignedLong(key.map().keySize());
        } else {
            RegType.BtfPtr object = (RegType.BtfPtr) memory.type;
            if ((object.flags() & NOT_OWNED) != 0 || memory.refId == 0) {
                throw w.reject(Reject.EACCES, "R1 object under a dynptr must be owned by the program");
            }
            what = "object";
            end = object.btf().sizeOf(object.typeId());
        }
        if (from < 0 || Long.compareUnsigned(most, end) > 0 || from + most > end) {
            throw w.reject(
                    Reject.EACCES,
                    "R1 dynptr must stay inside the %s, off=%d size=%s limit=%d",
                    what,
                    from,
                    Long.toUnsignedString(most),
                    end);
        }
        w.explore.markPrecise(2);
        if (memory.type instanceof RegType.BtfPtr object) {
            requirePlain(w, object, from, from + most);
        }
    }

    private static void requirePlain(Walk w, RegType.BtfPtr object, long from, long to) {
        for (SpecialField f : w.kernel.specialFields(object.btf(), object.typeId())) {
            if (f.offset() < to && from < f.offset() + (long) f.size()) {
                throw w.reject(
                        Reject.EACCES,
                        "R1 dynptr must not cover %s at off=%d",
                        f.kind().kernelName(),
                        f.offset());
            }
        }
    }

    /** What bounds the dynptr just made; stack under it turns into plain bytes. */
    public static Extent extent(Walk w) {
        RegState memory = w.reg(1);
        return switch (memory.type) {
            case RegType.Stack s -> {
                if (!memory.var.isConst()) {
                    throw w.reject(Reject.EACCES, "R1 memory under a dynptr must be at a constant offset");
                }
                int from = memory.off + (int) memory.var.constValue();
                long slots = StackCover.cover(w, DynptrSlots.frameOf(w, memory), from, (int) w.reg(2).var.umax);
                yield Extent.stack(s.frame(), slots);
            }
            case RegType.MapKey _ -> Extent.mapKey(callback(w));
            default -> Extent.object(memory.refId);
        };
    }

    private static int callback(Walk w) {
        for (int i = w.state.currentFrame(); i > 0; i--) {
            Frame frame = w.state.frames.get(i);
            if (frame.inCallback) {
                return i;
            }
        }
        throw w.reject(Reject.EACCES, "R1 map key under a dynptr must be used in its callback");
    }
}
