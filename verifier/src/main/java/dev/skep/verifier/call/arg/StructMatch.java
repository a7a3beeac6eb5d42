package dev.skep.verifier.call.arg;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;

/** Whether a pointer into one struct is a pointer to another: the same struct, or one that lies at that offset inside. */
public final class StructMatch {
    private StructMatch() {}

    /**
     * @param off bytes into struct {@code id}
     * @param exact nothing but the very same struct will do
     */
    public static boolean matches(Btf btf, int id, int off, Btf wantedBtf, int wantedId, boolean exact) {
        if (off == 0 && same(btf, id, wantedBtf, wantedId)) {
            return true;
        }
        return !exact && inside(btf, id, off, wantedBtf, wantedId, 0);
    }

    private static boolean same(Btf a, int idA, Btf b, int idB) {
        return idA == idB && (a == b || idA < a.firstId() && a.base() == b || idB < b.firstId() && b.base() == a);
    }

    private static boolean inside(Btf btf, int id, long off, Btf wantedBtf, int wantedId, int depth) {
        if (depth > 32 || !(btf.resolved(id) instanceof BtfType.Struct s) || s.isUnion() && depth == 0 && off != 0) {
            return false;
        }
        for (BtfType.Member m : s.members()) {
            if (m.bitFieldSize() != 0 || m.offsetBits() % 8 != 0) {
                continue;
            }
            long start = m.offsetBits() / 8;
            long size = btf.sizeOf(m.type());
            if (off < start || off >= start + size) {
                continue;
            }
            int member = btf.resolve(m.type());
            long rest = off - start;
            while (btf.type(member) instanceof BtfType.Array a) {
                member = btf.resolve(a.elementType());
                long element = btf.sizeOf(member);
                rest = element > 0 ? rest % element : rest;
            }
            if (!(btf.type(member) instanceof BtfType.Struct)) {
                continue;
            }
            if (rest == 0 && same(btf, member, wantedBtf, wantedId)
                    || inside(btf, member, rest, wantedBtf, wantedId, depth + 1)) {
                return true;
            }
        }
        return false;
    }
}
