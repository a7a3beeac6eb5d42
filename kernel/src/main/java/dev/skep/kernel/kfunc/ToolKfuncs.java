package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.ACQUIRE;
import static dev.skep.kernel.kfunc.Kfunc.FASTCALL;
import static dev.skep.kernel.kfunc.Kfunc.RCU;
import static dev.skep.kernel.kfunc.Kfunc.RELEASE;
import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;
import static dev.skep.kernel.kfunc.Kfunc.SLEEPABLE;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;
import static dev.skep.kernel.kfunc.Kfunc.WRITABLE_RESULT;

/** Casts, work queues, arenas, maps, memory caches, crypto: what belongs to no program type in particular. */
final class ToolKfuncs {
    private ToolKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_cast_to_kern_ctx", FASTCALL, KfuncFamily.CAST_TO_KERN_CTX, "6.2");
        t.kfunc("bpf_rdonly_cast", FASTCALL, KfuncFamily.RDONLY_CAST, "6.2");
        t.kfunc("bpf_wq_init", 0, "6.10");
        t.kfunc("bpf_wq_set_callback_impl", 0, KfuncFamily.WQ_SET_CALLBACK, "6.10");
        t.kfunc("bpf_wq_start", 0, "6.10");
        t.kfunc("bpf_task_work_schedule_signal_impl", TRUSTED_ARGS, KfuncFamily.TASK_WORK_SCHEDULE, "6.18");
        t.kfunc("bpf_task_work_schedule_resume_impl", TRUSTED_ARGS, KfuncFamily.TASK_WORK_SCHEDULE, "6.18");
        t.kfunc("bpf_arena_alloc_pages", TRUSTED_ARGS | SLEEPABLE, KfuncFamily.ARENA_ALLOC_PAGES, "6.9");
        t.kfunc("bpf_arena_free_pages", TRUSTED_ARGS | SLEEPABLE, KfuncFamily.ARENA_FREE_PAGES, "6.9");
        t.kfunc("bpf_arena_reserve_pages", TRUSTED_ARGS | SLEEPABLE, "6.17");
        t.kfunc("bpf_map_sum_elem_count", TRUSTED_ARGS, "6.6");
        t.kfunc("bpf_get_kmem_cache", 0, "6.14");
        t.kfunc("bpf_modify_return_test_tp", 0, "6.11");

        t.callableFrom(KfuncHook.SYSCALL);
        t.kfunc("bpf_crypto_ctx_create", ACQUIRE | RET_NULL | SLEEPABLE, "6.10");
        t.kfunc("bpf_crypto_ctx_release", RELEASE, "6.10");
        t.kfunc("bpf_crypto_ctx_acquire", ACQUIRE | RCU | RET_NULL, "6.10");

        t.callableFrom(KfuncHook.TC, KfuncHook.ACT, KfuncHook.XDP);
        t.kfunc("bpf_crypto_decrypt", RCU, "6.10");
        t.kfunc("bpf_crypto_encrypt", RCU, "6.10");

        t.callableFrom(KfuncHook.TC, KfuncHook.TRACING, KfuncHook.SYSCALL);
        t.kfunc("bpf_kfunc_call_test_release", RELEASE, "5.18");
        t.kfunc("bpf_kfunc_call_memb_release", RELEASE, "5.19");

        t.callableFrom(KfuncHook.KPROBE);
        t.kfunc("bpf_session_is_return", 0, "6.10").onlyInSession();
        t.kfunc("bpf_session_cookie", WRITABLE_RESULT, "6.10").onlyInSession();
    }
}
