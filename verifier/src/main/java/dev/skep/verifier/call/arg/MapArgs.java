package dev.skep.verifier.call.arg;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** A map, its keys and its values. */
public final class MapArgs {
    private MapArgs() {}

    /** The map itself; after a timer it must be the map that the timer is in. */
    public static void map(Walk w, int reg, CallMeta meta) {
        RegType.MapPtr p = (RegType.MapPtr) w.reg(reg).type;
        if (meta.map != null && (meta.map != p.map() || meta.mapUid != p.uid())) {
            throw w.reject(
                    Reject.EINVAL,
                    "timer pointer in R1 map_uid=%d doesn't match map pointer in R2 map_uid=%d",
                    meta.mapUid,
                    p.uid());
        }
        meta.map = p.map();
        meta.mapUid = p.uid();
    }

    /**
     * A key: readable memory of the map's key size. A constant index into an array is remembered, unless the array that
     * is there at run time may be shorter than this one ({@code BPF_F_INNER_MAP}).
     */
    public static void key(Walk w, int reg, CallMeta meta) {
        if (meta.map == null) {
            throw w.reject(Reject.EACCES, "invalid map_ptr to access map->key");
        }
        MemoryAccess.region(w, reg, meta.map.keySize(), false, false, null);
        if (w.bpfCapable && isArray(meta.map) && (meta.map.flags() & MapSpec.F_INNER_MAP) == 0) {
            meta.constKey = constantKey(w, w.reg(reg), meta.map.keySize());
        }
    }

    /** A value: memory of the map's value size, written by the callee if {@code write}. */
    public static void value(Walk w, int reg, boolean write, boolean uninitialised, CallMeta meta) {
        if (meta.map == null) {
            throw w.reject(Reject.EACCES, "invalid map_ptr to access map->value");
        }
        meta.rawMode = uninitialised;
        MemoryAccess.region(w, reg, meta.map.valueSize(), write, false, meta);
    }

    /** Maps in which every index below max_entries has a value. */
    public static boolean isArray(MapSpec map) {
        return map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY;
    }

    /**
     * The key on the stack if it is known: all zero bytes, or the low end of a spilled constant of exactly this size;
     * else -1.
     */
    private static long constantKey(Walk w, RegState r, int size) {
        if (!(r.type instanceof RegType.Stack s) || !r.var.isConst()) {
            return -1;
        }
        long off = r.off + r.var.constValue();
        Frame frame = DynptrSlots.frameOf(w, r);
        int spi = (int) ((-off - 1) / 8);
        if (off >= 0 || spi >= frame.slotCount()) {
            return -1;
        }
        StackSlot slot = frame.slot(spi);
        int first = (int) (off & 7);
        if (run(slot, first, StackSlot.ZERO) >= size) {
            return 0;
        }
        if (slot.reg == null || !slot.reg.isConst() || run(slot, first, StackSlot.SPILL) != size) {
            return -1;
        }
        w.explore.markPreciseSlot(s.frame(), spi);
        return slot.reg.var.constValue();
    }

    private static int run(StackSlot slot, int first, int kind) {
        int n = 0;
        while (first + n < 8 && slot.kind(first + n) == kind) {
            n++;
        }
        return n;
    }
}
