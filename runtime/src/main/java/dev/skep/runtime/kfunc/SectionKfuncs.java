package dev.skep.runtime.kfunc;

import dev.skep.runtime.RunContext;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.map.SpinLock;
import dev.skep.runtime.memory.SlabAccess;

/** Kernel functions that open and close sections (RCU, preemption, interrupts, locks), cast pointers, or throw. */
public final class SectionKfuncs {
    private SectionKfuncs() {}

    static void register() {
        for (String name :
                new String[] {"bpf_rcu_read_lock", "bpf_rcu_read_unlock", "bpf_preempt_disable", "bpf_preempt_enable"
                }) {
            add(name, "nothing", SectionKfuncs::nothing);
        }
        add("bpf_local_irq_save", "irqSave", SectionKfuncs::irqSave);
        add("bpf_local_irq_restore", "nothing", SectionKfuncs::nothing);
        add("bpf_res_spin_lock", "lock", SectionKfuncs::lock);
        add("bpf_res_spin_unlock", "unlock", SectionKfuncs::unlock);
        add("bpf_res_spin_lock_irqsave", "lockIrqSave", SectionKfuncs::lockIrqSave);
        add("bpf_res_spin_unlock_irqrestore", "unlock", SectionKfuncs::unlock);
        add("bpf_rdonly_cast", "same", SectionKfuncs::same);
        add("bpf_cast_to_kern_ctx", "kernelContext", SectionKfuncs::kernelContext);
        add("bpf_throw", "raise", SectionKfuncs::raise);
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, SectionKfuncs.class, method, function);
    }

    public static long nothing(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }

    public static long irqSave(RunContext cx, long flags, long r2, long r3, long r4, long r5) {
        SlabAccess.store64(cx.memory(), flags, 0);
        return 0;
    }

    /** 0, or -EDEADLK when this run holds the lock already. */
    public static long lock(RunContext cx, long lock, long r2, long r3, long r4, long r5) {
        return cx.lockResilient(lock);
    }

    public static long unlock(RunContext cx, long lock, long r2, long r3, long r4, long r5) {
        cx.unlocked(lock);
        SpinLock.unlock(cx.memory(), lock);
        return 0;
    }

    public static long lockIrqSave(RunContext cx, long lock, long flags, long r3, long r4, long r5) {
        long result = cx.lockResilient(lock);
        if (result == 0) {
            SlabAccess.store64(cx.memory(), flags, 0);
        }
        return result;
    }

    public static long same(RunContext cx, long object, long r2, long r3, long r4, long r5) {
        return object;
    }

    public static long kernelContext(RunContext cx, long context, long r2, long r3, long r4, long r5) {
        return cx.kernelContext(context);
    }

    public static long raise(RunContext cx, long cookie, long r2, long r3, long r4, long r5) {
        throw cx.raise(cookie);
    }
}
