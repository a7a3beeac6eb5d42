package dev.skep.verifier.state;

/**
 * Something held that must be given back.
 *
 * @param kind what it is
 * @param id its number, as {@code refs=} prints it
 * @param insn the instruction that acquired it
 * @param target for locks: what identifies the locked object (map spec and uid, or BTF object), else null
 * @param targetId for locks: id of the register the lock was taken through, else 0
 */
public record Reference(Kind kind, int id, int insn, Object target, int targetId) {
    /** Kinds of things held. */
    public enum Kind {
        /** An object reference. */
        POINTER,
        /** A saved irq state. */
        IRQ,
        SPIN_LOCK,
        RES_SPIN_LOCK,
        RES_SPIN_LOCK_IRQ
    }

    public boolean isLock() {
        return kind == Kind.SPIN_LOCK || kind == Kind.RES_SPIN_LOCK || kind == Kind.RES_SPIN_LOCK_IRQ;
    }
}
