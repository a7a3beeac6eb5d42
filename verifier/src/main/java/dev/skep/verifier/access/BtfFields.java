package dev.skep.verifier.access;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;

/** Members of structs by dotted path, anonymous structs and unions looked through. */
final class BtfFields {
    private BtfFields() {}

    /** The type's name, "" if there is no such type. */
    static String name(Btf btf, int id) {
        BtfType t = btf.type(id);
        return t == null ? "" : t.name();
    }

    /** Bytes from the struct's start to the member; -1 when there is none. */
    static int offset(Btf btf, int structId, String path) {
        long found = find(btf, structId, path);
        return found < 0 ? -1 : (int) (found >>> 32);
    }

    static int size(Btf btf, int structId, String path) {
        long found = find(btf, structId, path);
        return found < 0 ? -1 : (int) btf.sizeOf((int) found);
    }

    static int size(Btf btf, int id) {
        return (int) btf.sizeOf(id);
    }

    /** Offset in the high word, type id in the low one; -1 when not found. */
    private static long find(Btf btf, int structId, String path) {
        int dot = path.indexOf('.');
        String first = dot < 0 ? path : path.substring(0, dot);
        long member = member(btf, structId, first);
        if (member < 0 || dot < 0) {
            return member;
        }
        long rest = find(btf, (int) member, path.substring(dot + 1));
        return rest < 0 ? -1 : rest + (member >>> 32 << 32);
    }

    private static long member(Btf btf, int structId, String name) {
        if (!(btf.resolved(structId) instanceof BtfType.Struct s)) {
            return -1;
        }
        for (BtfType.Member m : s.members()) {
            long at = (long) (m.offsetBits() / 8) << 32;
            if (m.name().equals(name)) {
                return at | btf.resolve(m.type());
            }
            if (m.name().isEmpty()) {
                long inner = member(btf, m.type(), name);
                if (inner >= 0) {
                    return inner + at;
                }
            }
        }
        return -1;
    }
}
