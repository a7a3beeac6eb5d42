package dev.skep.verifier.cfg;

import dev.skep.kernel.KernelModel;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions.Privilege;
import dev.skep.verifier.diag.KernelNames;
import dev.skep.verifier.diag.Reject;

/**
 * The program's shape: all that the passes before the walk found. Immutable but for the callback flags of {@link
 * Subprogram}.
 *
 * <p><em>Units</em>: instructions are named by slot index.
 */
public final class ProgramLayout {
    private static final int MAX_INSNS = 1_000_000;

    private final BpfCode code;
    private final Subprogram[] subprograms;
    private final short[] owner;
    private final CallSummary[] calls;
    private final byte[] marks;
    private final int[] loop;
    private final int[] live;

    private ProgramLayout(
            BpfCode code, Subprogram[] subprograms, CallSummary[] calls, byte[] marks, int[] loop, int[] live) {
        this.code = code;
        this.subprograms = subprograms;
        this.calls = calls;
        this.marks = marks;
        this.loop = loop;
        this.live = live;
        this.owner = new short[code.size()];
        for (Subprogram s : subprograms) {
            java.util.Arrays.fill(owner, s.start(), s.end(), (short) s.index());
        }
    }

    /**
     * As {@link #analyse(ProgramSpec, KernelModel, AnalysisLog, Privilege, Runnable)}, for root and with no other check
     * between.
     */
    public static ProgramLayout analyse(ProgramSpec program, KernelModel kernel, AnalysisLog log) {
        return analyse(program, kernel, log, Privilege.FULL, () -> {});
    }

    /**
     * Runs the passes in Linux's order.
     *
     * @param privilege of the loader: without CAP_BPF no subprogram, kernel function or loop is allowed
     * @param attachTarget checks what the program attaches to; runs after control flow, before the static analyses
     * @throws Reject at the first rule broken
     */
    public static ProgramLayout analyse(
            ProgramSpec program, KernelModel kernel, AnalysisLog log, Privilege privilege, Runnable attachTarget) {
        BpfCode code = program.code();
        boolean bpfCapable = privilege != Privilege.NONE;
        if (code.size() == 0 || code.size() > MAX_INSNS) {
            throw Reject.at(-1, Reject.E2BIG, "");
        }
        BtfInfoCheck.runEarly(program);
        Subprogram[] subprograms = Subprograms.run(program, kernel, log, bpfCapable);
        BtfInfoCheck.run(program, subprograms);
        OpcodeCheck.run(program, kernel);
        CallSummary[] calls = summaries(program, kernel, privilege);
        if (!bpfCapable) {
            BackEdges.refuse(code);
        }
        byte[] marks = ControlFlow.run(code, subprograms, calls);
        CalleeEffects.run(code, subprograms, calls);
        attachTarget.run();
        int[] loop = Loops.run(code);
        int[] live = RegisterLiveness.run(code, calls);
        if (log.level2()) {
            RegisterLiveness.print(
                    code, live, loop, new KernelNames(kernel, program.maps(), privilege == Privilege.FULL), log);
        }
        return new ProgramLayout(code, subprograms, calls, marks, loop, live);
    }

    private static CallSummary[] summaries(ProgramSpec program, KernelModel kernel, Privilege privilege) {
        BpfCode code = program.code();
        CallSummary[] calls = new CallSummary[code.size()];
        for (int i = 0; i < calls.length; i++) {
            if (Slot.opcode(code.slot(i)) == Code.CALL) {
                calls[i] = CallSummary.of(code.slot(i), program, kernel, privilege);
            }
        }
        return calls;
    }

    public BpfCode code() {
        return code;
    }

    public int subprogramCount() {
        return subprograms.length;
    }

    /** The subprogram with this number; 0 is the main program. */
    public Subprogram subprogram(int index) {
        return subprograms[index];
    }

    /** The subprogram that has this instruction. */
    public Subprogram subprogramOf(int insn) {
        return subprograms[owner[insn]];
    }

    /** Start of the subprogram that the call or function reference at {@code insn} names. */
    public int calleeStart(int insn) {
        return (int) Code.callee(code, insn);
    }

    /** The exception callback, or null. */
    public Subprogram exceptionCallback() {
        for (Subprogram s : subprograms) {
            if (s.isExceptionCallback()) {
                return s;
            }
        }
        return null;
    }

    /** States are compared, and perhaps stored, before this instruction. */
    public boolean prunePoint(int insn) {
        return (marks[insn] & ControlFlow.PRUNE) != 0;
    }

    /** Control may come here from elsewhere than the instruction before: history must be kept. */
    public boolean jumpPoint(int insn) {
        return (marks[insn] & ControlFlow.JUMP) != 0;
    }

    /** A state is always stored before this instruction. */
    public boolean forceCheckpoint(int insn) {
        return (marks[insn] & ControlFlow.FORCE) != 0;
    }

    /** The call at {@code insn} runs a callback before it returns. */
    public boolean callsCallback(int insn) {
        return (marks[insn] & ControlFlow.CALLBACK) != 0;
    }

    /** The call at {@code insn} is an iterator's next. */
    public boolean iteratorNext(int insn) {
        return calls[insn] != null && calls[insn].iteratorNext();
    }

    /** The call at {@code insn} throws an exception. */
    public boolean throwsException(int insn) {
        return calls[insn] != null && calls[insn].throwsException();
    }

    /** How many of R1 to R5 the call at {@code insn} reads. */
    public int callArguments(int insn) {
        return calls[insn] == null ? 0 : calls[insn].arguments();
    }

    /** Number of the loop that has this instruction, from 1 on; 0 outside loops. */
    public int scc(int insn) {
        return loop[insn];
    }

    /** Registers that may be read at or after this instruction before they are written; bit = register number. */
    public int liveRegs(int insn) {
        return live[insn];
    }

    /** The program, or something it calls, may move the packet. */
    public boolean changesPacket() {
        return subprograms[0].changesPacket();
    }

    /** The program, or something it calls, may sleep. */
    public boolean mightSleep() {
        return subprograms[0].mightSleep();
    }
}
