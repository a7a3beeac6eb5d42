package dev.skep.runtime.kfunc;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.helper.HelperFunction;

/** Kernel functions on allocated objects, and on the lists and trees that hold them. */
public final class ObjectKfuncs {
    private ObjectKfuncs() {}

    static void register() {
        add("bpf_obj_new_impl", "allocate", ObjectKfuncs::allocate);
        add("bpf_percpu_obj_new_impl", "allocatePerCpu", ObjectKfuncs::allocatePerCpu);
        add("bpf_obj_drop_impl", "drop", ObjectKfuncs::drop);
        add("bpf_percpu_obj_drop_impl", "drop", ObjectKfuncs::drop);
        add("bpf_refcount_acquire_impl", "acquire", ObjectKfuncs::acquire);
        add("bpf_list_push_front_impl", "pushFront", ObjectKfuncs::pushFront);
        add("bpf_list_push_back_impl", "pushBack", ObjectKfuncs::pushBack);
        add("bpf_list_pop_front", "popFront", ObjectKfuncs::popFront);
        add("bpf_list_pop_back", "popBack", ObjectKfuncs::popBack);
        add("bpf_list_front", "front", ObjectKfuncs::front);
        add("bpf_list_back", "back", ObjectKfuncs::back);
        add("bpf_rbtree_add_impl", "treeAdd", ObjectKfuncs::treeAdd);
        add("bpf_rbtree_remove", "treeRemove", ObjectKfuncs::treeRemove);
        add("bpf_rbtree_first", "treeFirst", ObjectKfuncs::treeFirst);
        add("bpf_rbtree_root", "treeTop", ObjectKfuncs::treeTop);
        add("bpf_rbtree_left", "treeLeft", ObjectKfuncs::treeLeft);
        add("bpf_rbtree_right", "treeRight", ObjectKfuncs::treeRight);
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, ObjectKfuncs.class, method, function);
    }

    public static long allocate(RunContext cx, long type, long r2, long r3, long r4, long r5) {
        return cx.objects().own(cx.machine().objects().allocate(cx.program().objectType((int) type), false));
    }

    public static long allocatePerCpu(RunContext cx, long type, long r2, long r3, long r4, long r5) {
        return cx.objects().own(cx.machine().objects().allocate(cx.program().objectType((int) type), true));
    }

    public static long drop(RunContext cx, long object, long r2, long r3, long r4, long r5) {
        cx.objects().disown(object);
        cx.machine().objects().drop(object);
        return 0;
    }

    public static long acquire(RunContext cx, long object, long r2, long r3, long r4, long r5) {
        return cx.objects().own(cx.machine().objects().acquire(object));
    }

    public static long pushFront(RunContext cx, long head, long node, long r3, long r4, long r5) {
        return push(cx, head, node, true);
    }

    public static long pushBack(RunContext cx, long head, long node, long r3, long r4, long r5) {
        return push(cx, head, node, false);
    }

    /** A node that hangs somewhere already stays there; the reference given up is dropped. */
    private static long push(RunContext cx, long head, long node, boolean front) {
        cx.objects().disown(node - LinkedNodes.offset(cx.memory(), node));
        if (LinkedNodes.push(cx.memory(), head, node, front)) {
            return 0;
        }
        cx.machine().objects().drop(node - LinkedNodes.offset(cx.memory(), node));
        return -Errno.EINVAL;
    }

    public static long popFront(RunContext cx, long head, long r2, long r3, long r4, long r5) {
        return taken(cx, LinkedNodes.popFront(cx.memory(), head));
    }

    public static long popBack(RunContext cx, long head, long r2, long r3, long r4, long r5) {
        return taken(cx, LinkedNodes.popBack(cx.memory(), head));
    }

    /** The run owns the object of a node that it has taken from a list. */
    private static long taken(RunContext cx, long node) {
        if (node != 0) {
            cx.objects().own(node - LinkedNodes.offset(cx.memory(), node));
        }
        return node;
    }

    public static long front(RunContext cx, long head, long r2, long r3, long r4, long r5) {
        return LinkedNodes.front(cx.memory(), head);
    }

    public static long back(RunContext cx, long head, long r2, long r3, long r4, long r5) {
        return LinkedNodes.back(cx.memory(), head);
    }

    public static long treeAdd(RunContext cx, long root, long node, long less, long r4, long r5) {
        cx.objects().disown(node - RedBlackTree.offset(cx.memory(), node));
        if (RedBlackTree.add(cx.memory(), root, node, (a, b) -> cx.callback(less, a, b, 0, 0, 0) != 0)) {
            return 0;
        }
        cx.machine().objects().drop(node - RedBlackTree.offset(cx.memory(), node));
        return -Errno.EINVAL;
    }

    public static long treeRemove(RunContext cx, long root, long node, long r3, long r4, long r5) {
        long removed = RedBlackTree.remove(cx.memory(), root, node);
        if (removed != 0) {
            cx.objects().own(removed - RedBlackTree.offset(cx.memory(), removed));
        }
        return removed;
    }

    public static long treeFirst(RunContext cx, long root, long r2, long r3, long r4, long r5) {
        return RedBlackTree.first(cx.memory(), root);
    }

    public static long treeTop(RunContext cx, long root, long r2, long r3, long r4, long r5) {
        return RedBlackTree.top(cx.memory(), root);
    }

    public static long treeLeft(RunContext cx, long root, long node, long r3, long r4, long r5) {
        return RedBlackTree.child(cx.memory(), root, node, true);
    }

    public static long treeRight(RunContext cx, long root, long node, long r3, long r4, long r5) {
        return RedBlackTree.child(cx.memory(), root, node, false);
    }
}
