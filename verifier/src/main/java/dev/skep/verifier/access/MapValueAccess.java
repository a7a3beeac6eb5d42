package dev.skep.verifier.access;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * Map values: bounds, the map's read and write permissions, special fields, and constants read from frozen maps.
 */
public final class MapValueAccess {
    private MapValueAccess() {}

    static RegState load(Walk w, int base, RegState reg, int off, int size, boolean signed, boolean wanted) {
        MapSpec map = ((RegType.MapValue) reg.type).map();
        require(w, base, reg, off, size, false, false, true);
        if (!reg.var.isConst()) {
            return RegState.UNKNOWN;
        }
        int at = off + (int) reg.var.constValue();
        SpecialField kptr = kptrAt(w, map, at);
        if (kptr != null) {
            return KptrAccess.load(w, kptr, wanted);
        }
        return isConstant(map) && wanted ? RegState.constant(contents(map, at, size, signed)) : RegState.UNKNOWN;
    }

    static void store(Walk w, int base, RegState reg, int off, int size, StoredValue value) {
        MapSpec map = ((RegType.MapValue) reg.type).map();
        if (value.leaks(w)) {
            throw w.reject(Reject.EACCES, "R%d leaks addr into map", value.register());
        }
        require(w, base, reg, off, size, true, false, true);
        if (reg.var.isConst()) {
            SpecialField kptr = kptrAt(w, map, off + (int) reg.var.constValue());
            if (kptr != null) {
                KptrAccess.store(w, kptr, value);
            }
        }
    }

    /**
     * Checks {@code size} bytes at {@code off} (the register's fixed offset included).
     *
     * @param direct a load or store of the program; false for memory given to a call
     */
    public static void require(
            Walk w,
            int regNumber,
            RegState reg,
            int off,
            int size,
            boolean write,
            boolean zeroAllowed,
            boolean direct) {
        MapSpec map = ((RegType.MapValue) reg.type).map();
        if (write && isReadOnly(map)) {
            throw w.reject(
                    Reject.EACCES,
                    "write into map forbidden, value_size=%d off=%d size=%d",
                    map.valueSize(),
                    off,
                    size);
        }
        if (!write && (map.flags() & MapSpec.F_WRONLY_PROG) != 0) {
            throw w.reject(
                    Reject.EACCES, "read from map forbidden, value_size=%d off=%d size=%d", map.valueSize(), off, size);
        }
        requireBytes(w, regNumber, reg, off, size, zeroAllowed, direct);
    }

    /** True for maps that programs may not write to: by flag, or device maps, whose values the kernel keeps. */
    public static boolean isReadOnly(MapSpec map) {
        return (map.flags() & MapSpec.F_RDONLY_PROG) != 0
                || map.type() == MapType.DEVMAP
                || map.type() == MapType.DEVMAP_HASH;
    }

    /** As {@link #require}, without the map's permissions. */
    public static void requireBytes(
            Walk w, int regNumber, RegState reg, int off, int size, boolean zeroAllowed, boolean direct) {
        MapSpec map = ((RegType.MapValue) reg.type).map();
        MemoryRegion.check(w, regNumber, reg, off, size, map.valueSize(), zeroAllowed);
        List<SpecialField> fields = w.kernel.specialFields(map);
        for (int i = 0; i < fields.size(); i++) {
            SpecialField field = fields.get(i);
            if (reg.var.smin + off < field.offset() + field.size() && field.offset() < reg.var.umax + off + size) {
                requireSpecial(w, reg, field, off, size, direct);
            }
        }
    }

    private static void requireSpecial(Walk w, RegState reg, SpecialField field, int off, int size, boolean direct) {
        String name = field.kind().kernelName();
        if (!field.kind().isKptr()) {
            throw w.reject(Reject.EACCES, "%s cannot be accessed directly by load/store", name);
        }
        if (!direct) {
            throw w.reject(Reject.EACCES, "%s cannot be accessed indirectly by helper", name);
        }
        if (!reg.var.isConst()) {
            throw w.reject(Reject.EACCES, "%s access cannot have variable offset", name);
        }
        long at = off + reg.var.constValue();
        if (field.offset() != at) {
            throw w.reject(Reject.EACCES, "%s access misaligned expected=%d off=%d", name, field.offset(), at);
        }
        if (size != 8) {
            throw w.reject(Reject.EACCES, "%s access size must be BPF_DW", name);
        }
    }

    private static SpecialField kptrAt(Walk w, MapSpec map, int at) {
        for (SpecialField field : w.kernel.specialFields(map)) {
            if (field.offset() == at && field.kind().isKptr()) {
                return field;
            }
        }
        return null;
    }

    /** True for maps whose contents neither programs nor user space can change. */
    private static boolean isConstant(MapSpec map) {
        return map.frozen()
                && map.type() == MapType.ARRAY
                && (map.flags() & MapSpec.F_RDONLY_PROG) != 0
                && map.contents() != null;
    }

    private static long contents(MapSpec map, int at, int size, boolean signed) {
        byte[] bytes = map.contents();
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | (at + i < bytes.length ? bytes[at + i] & 0xff : 0);
        }
        int unused = 64 - 8 * size;
        return signed ? value << unused >> unused : value;
    }
}
