package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.ACQUIRE;
import static dev.skep.kernel.kfunc.Kfunc.RCU;
import static dev.skep.kernel.kfunc.Kfunc.RELEASE;
import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;

/** Allocated objects, lists and trees of them, reference counts. */
final class ObjectKfuncs {
    private ObjectKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.GENERAL);
        t.kfunc("bpf_obj_new_impl", ACQUIRE | RET_NULL, KfuncFamily.OBJ_NEW, "6.2");
        t.kfunc("bpf_obj_drop_impl", RELEASE, KfuncFamily.OBJ_DROP, "6.2");
        t.kfunc("bpf_percpu_obj_new_impl", ACQUIRE | RET_NULL, KfuncFamily.PERCPU_OBJ_NEW, "6.6");
        t.kfunc("bpf_percpu_obj_drop_impl", RELEASE, KfuncFamily.PERCPU_OBJ_DROP, "6.6");
        t.kfunc("bpf_refcount_acquire_impl", ACQUIRE | RET_NULL | RCU, KfuncFamily.REFCOUNT_ACQUIRE, "6.4");
        t.kfunc("bpf_list_push_front_impl", 0, KfuncFamily.LIST_PUSH_FRONT, "6.2");
        t.kfunc("bpf_list_push_back_impl", 0, KfuncFamily.LIST_PUSH_BACK, "6.2");
        t.kfunc("bpf_list_pop_front", ACQUIRE | RET_NULL, KfuncFamily.LIST_POP_FRONT, "6.2");
        t.kfunc("bpf_list_pop_back", ACQUIRE | RET_NULL, KfuncFamily.LIST_POP_BACK, "6.2");
        t.kfunc("bpf_list_front", RET_NULL, KfuncFamily.LIST_FRONT, "6.16");
        t.kfunc("bpf_list_back", RET_NULL, KfuncFamily.LIST_BACK, "6.16");
        t.kfunc("bpf_rbtree_add_impl", 0, KfuncFamily.RBTREE_ADD, "6.3");
        t.kfunc("bpf_rbtree_remove", ACQUIRE | RET_NULL, KfuncFamily.RBTREE_REMOVE, "6.3");
        t.kfunc("bpf_rbtree_first", RET_NULL, KfuncFamily.RBTREE_FIRST, "6.3");
        t.kfunc("bpf_rbtree_root", RET_NULL, KfuncFamily.RBTREE_ROOT, "6.16");
        t.kfunc("bpf_rbtree_left", RET_NULL, KfuncFamily.RBTREE_LEFT, "6.16");
        t.kfunc("bpf_rbtree_right", RET_NULL, KfuncFamily.RBTREE_RIGHT, "6.16");
    }
}
