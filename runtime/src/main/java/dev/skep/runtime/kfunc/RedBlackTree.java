package dev.skep.runtime.kfunc;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * {@code bpf_rb_root} and {@code bpf_rb_node} in the slab: a red-black tree whose order is the program's.
 *
 * <p><em>Shape</em>: a root is {@code u64 top, u64 unused}; a node is {@code u32 left, u32 right, u32 parent, u32
 * black, u32 owner, u32 offset}: the root it hangs on, 0 if none, and where it lies in its object. Programs hold the
 * root's lock.
 *
 * <p><em>Source</em>: Guibas and Sedgewick, "A dichromatic framework for balanced trees", in the form of textbooks.
 */
public final class RedBlackTree {
    private static final int LEFT = 0;
    private static final int RIGHT = 4;
    private static final int PARENT = 8;
    private static final int BLACK = 12;
    private static final int OWNER = 16;
    private static final int OFFSET = 20;

    /** The program's order. */
    @FunctionalInterface
    interface Less {
        boolean test(long a, long b);
    }

    private RedBlackTree() {}

    static void init(MemorySegment m, long node, int offset) {
        SlabAccess.store32(m, node + OFFSET, offset);
    }

    /** Bytes from the start of the object to the node. */
    static long offset(MemorySegment m, long node) {
        return SlabAccess.load32(m, node + OFFSET);
    }

    private static long get(MemorySegment m, long node, int field) {
        return SlabAccess.load32(m, node + field);
    }

    private static void set(MemorySegment m, long node, int field, long value) {
        SlabAccess.store32(m, node + field, value);
    }

    private static boolean isBlack(MemorySegment m, long node) {
        return node == 0 || get(m, node, BLACK) != 0;
    }

    static long top(MemorySegment m, long root) {
        return SlabAccess.load64(m, root);
    }

    /** The leftmost node, or 0. */
    static long first(MemorySegment m, long root) {
        long node = top(m, root);
        while (node != 0 && get(m, node, LEFT) != 0) {
            node = get(m, node, LEFT);
        }
        return node;
    }

    /** A child, or 0; also 0 when the node hangs on another root. */
    static long child(MemorySegment m, long root, long node, boolean left) {
        return get(m, node, OWNER) == root ? get(m, node, left ? LEFT : RIGHT) : 0;
    }

    /** False when the node hangs on a tree already. */
    static boolean add(MemorySegment m, long root, long node, Less less) {
        if (get(m, node, OWNER) != 0) {
            return false;
        }
        long parent = 0;
        int side = LEFT;
        for (long at = top(m, root); at != 0; at = get(m, at, side)) {
            parent = at;
            side = less.test(node, at) ? LEFT : RIGHT;
        }
        set(m, node, LEFT, 0);
        set(m, node, RIGHT, 0);
        set(m, node, PARENT, parent);
        set(m, node, BLACK, 0);
        set(m, node, OWNER, root);
        if (parent == 0) {
            SlabAccess.store64(m, root, node);
        } else {
            set(m, parent, side, node);
        }
        balanceAfterAdd(m, root, node);
        return true;
    }

    private static void balanceAfterAdd(MemorySegment m, long root, long node) {
        long parent = get(m, node, PARENT);
        while (parent != 0 && !isBlack(m, parent)) {
            long grand = get(m, parent, PARENT);
            boolean left = get(m, grand, LEFT) == parent;
            long uncle = get(m, grand, left ? RIGHT : LEFT);
            if (!isBlack(m, uncle)) {
                set(m, parent, BLACK, 1);
                set(m, uncle, BLACK, 1);
                set(m, grand, BLACK, 0);
                node = grand;
            } else {
                if (get(m, parent, left ? RIGHT : LEFT) == node) {
                    rotate(m, root, parent, left);
                    node = parent;
                    parent = get(m, node, PARENT);
                }
                set(m, parent, BLACK, 1);
                set(m, grand, BLACK, 0);
                rotate(m, root, grand, !left);
            }
            parent = get(m, node, PARENT);
        }
        set(m, top(m, root), BLACK, 1);
    }

    /** Turns a node down to one side; its child of the other side takes its place. */
    private static void rotate(MemorySegment m, long root, long node, boolean toLeft) {
        int down = toLeft ? LEFT : RIGHT;
        int up = toLeft ? RIGHT : LEFT;
        long child = get(m, node, up);
        long inner = get(m, child, down);
        set(m, node, up, inner);
        if (inner != 0) {
            set(m, inner, PARENT, node);
        }
        replace(m, root, node, child);
        set(m, child, down, node);
        set(m, node, PARENT, child);
    }

    /** Hangs {@code with} where {@code node} hangs. */
    private static void replace(MemorySegment m, long root, long node, long with) {
        long parent = get(m, node, PARENT);
        if (parent == 0) {
            SlabAccess.store64(m, root, with);
        } else {
            set(m, parent, get(m, parent, LEFT) == node ? LEFT : RIGHT, with);
        }
        if (with != 0) {
            set(m, with, PARENT, parent);
        }
    }

    /** Takes a node out; 0 when it hangs on another root or none. */
    static long remove(MemorySegment m, long root, long node) {
        if (get(m, node, OWNER) != root) {
            return 0;
        }
        long left = get(m, node, LEFT);
        long right = get(m, node, RIGHT);
        boolean black = isBlack(m, node);
        long moved;
        long parent = get(m, node, PARENT);
        if (left == 0 || right == 0) {
            moved = left == 0 ? right : left;
            replace(m, root, node, moved);
        } else {
            long next = right;
            while (get(m, next, LEFT) != 0) {
                next = get(m, next, LEFT);
            }
            black = isBlack(m, next);
            moved = get(m, next, RIGHT);
            parent = get(m, next, PARENT);
            if (parent == node) {
                parent = next;
            } else {
                replace(m, root, next, moved);
                set(m, next, RIGHT, right);
                set(m, right, PARENT, next);
            }
            replace(m, root, node, next);
            set(m, next, LEFT, left);
            set(m, left, PARENT, next);
            set(m, next, BLACK, get(m, node, BLACK));
        }
        if (black) {
            balanceAfterRemove(m, root, moved, parent);
        }
        for (int field = LEFT; field <= OWNER; field += 4) {
            set(m, node, field, 0);
        }
        return node;
    }

    /** {@code node} (perhaps 0), a child of {@code parent}, has one black node too few above its leaves. */
    private static void balanceAfterRemove(MemorySegment m, long root, long node, long parent) {
        while (parent != 0 && isBlack(m, node)) {
            boolean left = get(m, parent, LEFT) == node;
            int near = left ? LEFT : RIGHT;
            int far = left ? RIGHT : LEFT;
            long sibling = get(m, parent, far);
            if (!isBlack(m, sibling)) {
                set(m, sibling, BLACK, 1);
                set(m, parent, BLACK, 0);
                rotate(m, root, parent, left);
                sibling = get(m, parent, far);
            }
            if (isBlack(m, get(m, sibling, LEFT)) && isBlack(m, get(m, sibling, RIGHT))) {
                set(m, sibling, BLACK, 0);
                node = parent;
                parent = get(m, node, PARENT);
                continue;
            }
            if (isBlack(m, get(m, sibling, far))) {
                set(m, get(m, sibling, near), BLACK, 1);
                set(m, sibling, BLACK, 0);
                rotate(m, root, sibling, !left);
                sibling = get(m, parent, far);
            }
            set(m, sibling, BLACK, get(m, parent, BLACK));
            set(m, parent, BLACK, 1);
            set(m, get(m, sibling, far), BLACK, 1);
            rotate(m, root, parent, left);
            return;
        }
        if (node != 0) {
            set(m, node, BLACK, 1);
        }
    }
}
