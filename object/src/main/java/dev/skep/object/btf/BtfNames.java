package dev.skep.object.btf;

import java.nio.charset.StandardCharsets;

/**
 * Types by name, as a hash table of ids. Types are entered under their essential name, the part before the flavour:
 * all of {@code task_struct}, {@code task_struct___old} are found under {@code task_struct}.
 *
 * <p><em>Source</em>: for flavours, Linux Documentation/bpf/libbpf/libbpf_overview.rst and the naming rule of libbpf:
 * three underscores between two characters that are none; the last such place counts.
 */
final class BtfNames {
    private final int[] heads;
    private final int[] next;

    /** Indexes types 0 to count - 1 (counted from the set's first). Chains run from the lowest index to the highest. */
    BtfNames(BtfType[] types, BtfBytes bytes, int count) {
        heads = new int[Math.max(16, Integer.highestOneBit(Math.max(1, count)) * 2)];
        next = new int[count];
        for (int i = count - 1; i >= 0; i--) {
            int hash = bytes == null ? hash(types[i].name()) : hash(bytes, bytes.word(bytes.at[i]));
            if (hash != 0) {
                int slot = hash & heads.length - 1;
                next[i] = heads[slot];
                heads[slot] = i + 1;
            }
        }
    }

    /** The first index whose essential name may be this one, -1 for none. */
    int first(String essentialName) {
        return heads[hash(essentialName) & heads.length - 1] - 1;
    }

    int next(int index) {
        return next[index] - 1;
    }

    /** The part of a name before its flavour. */
    static String essential(String name) {
        byte[] b = name.getBytes(StandardCharsets.UTF_8);
        int length = essentialLength(b, 0, b.length);
        return length == b.length ? name : new String(b, 0, length, StandardCharsets.UTF_8);
    }

    private static int essentialLength(byte[] b, int from, int length) {
        for (int i = length - 5; i >= 0; i--) {
            int p = from + i;
            if (b[p + 1] == '_' && b[p + 2] == '_' && b[p + 3] == '_' && b[p] != '_' && b[p + 4] != '_') {
                return i + 1;
            }
        }
        return length;
    }

    private static int hash(String name) {
        byte[] b = name.getBytes(StandardCharsets.UTF_8);
        return hash(b, 0, b.length);
    }

    private static int hash(BtfBytes set, int offset) {
        if (offset == 0) {
            return 0;
        }
        BtfBytes owner = set;
        while (offset < owner.firstString) {
            owner = owner.base;
        }
        int start = owner.strings + offset - owner.firstString;
        int end = start;
        while (owner.bytes[end] != 0) {
            end++;
        }
        return hash(owner.bytes, start, end - start);
    }

    /** 0 for the empty name only. */
    private static int hash(byte[] b, int from, int length) {
        if (length == 0) {
            return 0;
        }
        int end = from + essentialLength(b, from, length);
        int h = 1;
        for (int i = from; i < end; i++) {
            h = 31 * h + b[i];
        }
        h ^= h >>> 15;
        return h == 0 ? 1 : h;
    }
}
