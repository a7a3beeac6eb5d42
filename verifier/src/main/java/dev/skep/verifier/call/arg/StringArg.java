package dev.skep.verifier.call.arg;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.Arrays;

/** A NUL-terminated string at a constant place in a map that can never change. */
public final class StringArg {
    private StringArg() {}

    /** Requires such a string; gives its bytes without the NUL. */
    public static byte[] require(Walk w, int reg) {
        RegState r = w.reg(reg);
        MapSpec map = ((RegType.MapValue) r.type).map();
        if ((map.flags() & MapSpec.F_RDONLY_PROG) == 0 || !map.frozen()) {
            throw w.reject(Reject.EACCES, "R%d does not point to a readonly map'", reg);
        }
        if (!r.var.isConst()) {
            throw w.reject(Reject.EACCES, "R%d is not a constant address'", reg);
        }
        if (map.type() != MapType.ARRAY || map.contents() == null) {
            throw w.reject(Reject.EACCES, "no direct value access support for this map type");
        }
        long off = r.off + r.var.constValue();
        MemoryAccess.region(w, reg, (int) (map.valueSize() - off), false, false, null);
        byte[] bytes = map.contents();
        int end = (int) off;
        while (end < map.valueSize() && (end >= bytes.length || bytes[end] != 0)) {
            if (end >= bytes.length) {
                // Contents shorter than the value are padded with zeros.
                break;
            }
            end++;
        }
        if (end >= map.valueSize()) {
            throw w.reject(Reject.EINVAL, "string is not zero-terminated");
        }
        return Arrays.copyOfRange(bytes, Math.min((int) off, bytes.length), Math.min(end, bytes.length));
    }
}
