package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;

/** Regions that a program enters and leaves: RCU, no preemption, interrupts off, resilient locks; and exceptions. */
final class RegionKfuncs {
    private RegionKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_rcu_read_lock", 0, KfuncFamily.RCU_READ_LOCK, "6.2");
        t.kfunc("bpf_rcu_read_unlock", 0, KfuncFamily.RCU_READ_UNLOCK, "6.2");
        t.kfunc("bpf_preempt_disable", 0, KfuncFamily.PREEMPT_DISABLE, "6.10");
        t.kfunc("bpf_preempt_enable", 0, KfuncFamily.PREEMPT_ENABLE, "6.10");
        t.kfunc("bpf_local_irq_save", 0, KfuncFamily.LOCAL_IRQ_SAVE, "6.14");
        t.kfunc("bpf_local_irq_restore", 0, KfuncFamily.LOCAL_IRQ_RESTORE, "6.14");
        t.kfunc("bpf_res_spin_lock", RET_NULL, KfuncFamily.RES_SPIN_LOCK, "6.15");
        t.kfunc("bpf_res_spin_unlock", 0, KfuncFamily.RES_SPIN_UNLOCK, "6.15");
        t.kfunc("bpf_res_spin_lock_irqsave", RET_NULL, KfuncFamily.RES_SPIN_LOCK_IRQSAVE, "6.15");
        t.kfunc("bpf_res_spin_unlock_irqrestore", 0, KfuncFamily.RES_SPIN_UNLOCK_IRQRESTORE, "6.15");
        t.kfunc("__bpf_trap", 0, KfuncFamily.TRAP, "6.17");

        t.callableFrom(KfuncHook.GENERAL);
        t.kfunc("bpf_throw", 0, KfuncFamily.THROW, "6.7");
    }
}
