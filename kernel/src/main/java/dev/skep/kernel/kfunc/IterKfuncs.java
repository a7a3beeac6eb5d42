package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.ITER_DESTROY;
import static dev.skep.kernel.kfunc.Kfunc.ITER_NEW;
import static dev.skep.kernel.kfunc.Kfunc.ITER_NEXT;
import static dev.skep.kernel.kfunc.Kfunc.RCU;
import static dev.skep.kernel.kfunc.Kfunc.RCU_PROTECTED;
import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;
import static dev.skep.kernel.kfunc.Kfunc.SLEEPABLE;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;

/** Open-coded iterators: new, next, destroy. */
final class IterKfuncs {
    private IterKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_iter_num_new", ITER_NEW, "6.4");
        t.kfunc("bpf_iter_num_next", ITER_NEXT | RET_NULL, "6.4");
        t.kfunc("bpf_iter_num_destroy", ITER_DESTROY, "6.4");
        t.kfunc("bpf_iter_bits_new", ITER_NEW, "6.11");
        t.kfunc("bpf_iter_bits_next", ITER_NEXT | RET_NULL, "6.11");
        t.kfunc("bpf_iter_bits_destroy", ITER_DESTROY, "6.11");
        t.kfunc("bpf_iter_task_new", ITER_NEW | TRUSTED_ARGS | RCU_PROTECTED, "6.7");
        t.kfunc("bpf_iter_task_next", ITER_NEXT | RET_NULL, "6.7");
        t.kfunc("bpf_iter_task_destroy", ITER_DESTROY, "6.7");
        t.kfunc("bpf_iter_task_vma_new", ITER_NEW | RCU, "6.7");
        t.kfunc("bpf_iter_task_vma_next", ITER_NEXT | RET_NULL, "6.7");
        t.kfunc("bpf_iter_task_vma_destroy", ITER_DESTROY, "6.7");
        t.kfunc("bpf_iter_css_new", ITER_NEW | TRUSTED_ARGS | RCU_PROTECTED, "6.7");
        t.kfunc("bpf_iter_css_next", ITER_NEXT | RET_NULL, "6.7");
        t.kfunc("bpf_iter_css_destroy", ITER_DESTROY, "6.7");
        t.kfunc("bpf_iter_css_task_new", ITER_NEW | TRUSTED_ARGS, KfuncFamily.ITER_CSS_TASK_NEW, "6.7");
        t.kfunc("bpf_iter_css_task_next", ITER_NEXT | RET_NULL, "6.7");
        t.kfunc("bpf_iter_css_task_destroy", ITER_DESTROY, "6.7");
        t.kfunc("bpf_iter_kmem_cache_new", ITER_NEW | SLEEPABLE, "6.14");
        t.kfunc("bpf_iter_kmem_cache_next", ITER_NEXT | RET_NULL | SLEEPABLE, "6.14");
        t.kfunc("bpf_iter_kmem_cache_destroy", ITER_DESTROY | SLEEPABLE, "6.14");
        t.kfunc("bpf_iter_dmabuf_new", ITER_NEW | SLEEPABLE, "6.16");
        t.kfunc("bpf_iter_dmabuf_next", ITER_NEXT | RET_NULL | SLEEPABLE, "6.16");
        t.kfunc("bpf_iter_dmabuf_destroy", ITER_DESTROY | SLEEPABLE, "6.16");
    }
}
