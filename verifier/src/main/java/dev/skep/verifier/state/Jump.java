package dev.skep.verifier.state;

/**
 * One entry of a path's history: an instruction whose predecessor is not simply the one before it, or that moved a
 * value between a register and the stack, or that linked registers. Immutable; the newest entry points to the older
 * ones, so that paths share them.
 */
public final class Jump {
    /** Value of {@link #slot} when the instruction moved no value to or from the stack. */
    public static final int NO_SLOT = -1;

    public final int insn;
    /** The instruction executed before {@code insn}. */
    public final int from;
    /** Stack slot stored to or restored from: {@code frame << 6 | spi}, or {@link #NO_SLOT}. */
    public final int slot;
    /** The destination operand of the comparison is a stack pointer. */
    public final boolean dstIsStack;
    /** The source operand of the comparison is a stack pointer. */
    public final boolean srcIsStack;
    /** Registers and slots linked by this comparison, packed as {@link LinkedSet} says. */
    public final long linked;

    public final Jump older;

    public Jump(int insn, int from, int slot, boolean dstIsStack, boolean srcIsStack, long linked, Jump older) {
        this.insn = insn;
        this.from = from;
        this.slot = slot;
        this.dstIsStack = dstIsStack;
        this.srcIsStack = srcIsStack;
        this.linked = linked;
        this.older = older;
    }
}
