package dev.skep.jit;

/**
 * JVM local variables of generated methods: the run context, each register as a long, places for the compiler's own
 * use, then the stack cells.
 *
 * <pre>
 *  0 cx   1 r1   3 r2   5 r3   7 r4   9 r5   11 r10   13 r0   15 r6   17 r7   19 r8   21 r9
 *  23..25 seams   26 slot of the instruction   27.. scratch   35.. stack cells
 * </pre>
 */
final class Locals {
    static final int CONTEXT = 0;
    static final int FREE = 23;
    /** Slot of the last instruction that might fault. */
    static final int INSN = 26;
    /** Eight locals that live within the code of one instruction. */
    static final int SCRATCH = 27;

    private static final int CELLS = 35;
    private static final int[] REGISTER = {13, 1, 3, 5, 7, 9, 15, 17, 19, 21, 11};

    private Locals() {}

    /** The local of a variable: registers are 0 to 10, stack cells follow. */
    static int of(int variable) {
        return variable <= 10 ? REGISTER[variable] : CELLS + 2 * (variable - 11);
    }

    /** Number of a stack cell's variable. */
    static int variable(StackLocals.Cell cell) {
        return 11 + cell.number();
    }
}
