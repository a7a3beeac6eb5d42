package dev.skep.object.btf;

import dev.skep.object.ObjectFormatException;
import java.util.Arrays;

/**
 * Refuses types that contain themselves by value: through modifiers, typedefs, arrays, members or variables. Pointers
 * and prototypes end the containment. After this check every walk by value ends.
 *
 * <p>A depth-first walk with its own stack, since a file decides how deep types nest.
 */
final class BtfCycles {
    private static final byte OPEN = 1;
    private static final byte DONE = 2;

    private BtfCycles() {}

    static void check(String file, BtfBytes btf) throws ObjectFormatException {
        byte[] color = new byte[btf.at.length];
        int[] stack = new int[64];
        int[] edge = new int[64];
        for (int root = 0; root < color.length; root++) {
            if (color[root] != 0) {
                continue;
            }
            int depth = 0;
            stack[0] = root;
            edge[0] = 0;
            color[root] = OPEN;
            while (depth >= 0) {
                int id = next(btf, stack[depth], edge[depth]++);
                if (id == NO_MORE) {
                    color[stack[depth--]] = DONE;
                    continue;
                }
                int index = id - btf.firstId;
                // Types of the base cannot refer back to this set.
                if (id == 0 || index < 0 || color[index] == DONE) {
                    continue;
                }
                if (color[index] == OPEN) {
                    throw new ObjectFormatException(
                            file, ".BTF", btf.at[index], "type must not contain itself: id=" + id);
                }
                color[index] = OPEN;
                if (++depth == stack.length) {
                    stack = Arrays.copyOf(stack, depth * 2);
                    edge = Arrays.copyOf(edge, depth * 2);
                }
                stack[depth] = index;
                edge[depth] = 0;
            }
        }
    }

    private static final int NO_MORE = -1;

    /** The n-th type that this one contains by value. */
    private static int next(BtfBytes btf, int index, int n) {
        int head = btf.at[index];
        int info = btf.word(head + 4);
        return switch (info >>> 24 & 0x1f) {
            case BtfKind.TYPEDEF,
                    BtfKind.VOLATILE,
                    BtfKind.CONST,
                    BtfKind.RESTRICT,
                    BtfKind.TYPE_TAG,
                    BtfKind.VAR,
                    BtfKind.FUNC,
                    BtfKind.DECL_TAG -> n == 0 ? btf.word(head + 8) : NO_MORE;
            case BtfKind.ARRAY -> n == 0 ? btf.word(head + 12) : NO_MORE;
            case BtfKind.STRUCT, BtfKind.UNION -> n < (info & 0xffff) ? btf.word(head + 12 + 12 * n + 4) : NO_MORE;
            case BtfKind.DATASEC -> n < (info & 0xffff) ? btf.word(head + 12 + 12 * n) : NO_MORE;
            default -> NO_MORE;
        };
    }
}
