package dev.skep.verifier.diag;

import dev.skep.kernel.KernelModel;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions.Privilege;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.VerifierState;
import java.util.List;

/**
 * Writes the walk into a {@link VerifierLog} line by line: instructions with the state they leave behind, source lines,
 * branch switches, frames. Methods print nothing when the log is off. Source: observed on Linux 6.18.
 */
public final class KernelLogWriter {
    private static final int STATE_COLUMN = 40;

    private final VerifierLog log;
    private final BpfCode code;
    private final List<LineInfo> lines;
    private final String objectName;
    private final boolean allPrecise;
    private final StateWriter states;
    private final Disassembler.Names names;
    /** Texts made so far. */
    private final String[] instructions;
    /** Line record printed last. */
    private LineInfo lastLine;
    /** Position behind the last instruction line, and that line's length. */
    private long afterInstruction;

    private int instructionLength;

    public KernelLogWriter(VerifierLog log, ProgramSpec program, KernelModel kernel, Privilege privilege) {
        this.log = log;
        this.code = program.code();
        this.lines = program.lines();
        this.objectName = program.objectName();
        this.allPrecise = privilege == Privilege.NONE;
        this.states = new StateWriter(log.builder(), objectName, allPrecise);
        this.names = new KernelNames(kernel, program.maps(), privilege == Privilege.FULL);
        this.instructions = new String[code.size()];
    }

    /** The instruction at {@code insn} with its opcode. */
    public String instruction(int insn) {
        String text = instructions[insn];
        if (text == null) {
            text = Disassembler.line(code, insn, names);
            instructions[insn] = text;
        }
        return text;
    }

    /** Source lines start anew (another function is walked). */
    public void forgetLine() {
        lastLine = null;
    }

    /** {@code N: (op) text}, preceded by the source line when it changed. */
    public void step(int insn) {
        sourceLine(insn);
        long from = log.position();
        log.builder().append(insn).append(": ").append(instruction(insn)).append('\n');
        log.trim();
        afterInstruction = log.position();
        instructionLength = (int) (afterInstruction - from);
    }

    /**
     * The step happens without being printed, since its text would be cut off again.
     *
     * @param changed the state would be printed first
     */
    public void silentStep(int insn, boolean changed) {
        if (changed && afterInstruction > 0 && afterInstruction == log.position()) {
            // The state would have overwritten the newline with padding, whose first blank survives the cut.
            log.builder().setCharAt(log.builder().length() - 1, ' ');
        }
        LineInfo line = lineOf(lines, insn);
        if (line != null) {
            lastLine = line;
        }
        afterInstruction = -1;
    }

    /** {@code ; text @ file:line}, when it is not the line printed last. */
    public void sourceLine(int insn) {
        LineInfo line = lineOf(lines, insn);
        if (line == null
                || lastLine != null
                        && line.line() == lastLine.line()
                        && line.file().equals(lastLine.file())) {
            return;
        }
        log.print("; " + line.text().stripLeading() + " @ " + fileName(line.file()) + ":" + line.line() + "\n");
        lastLine = line;
    }

    /** The record that covers an instruction, null if none does. */
    public static LineInfo lineOf(List<LineInfo> lines, int insn) {
        int low = 0;
        int high = lines.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (lines.get(middle).insnIndex() <= insn) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? null : lines.get(high);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * What changed, behind the last instruction if nothing was printed since, else on a line that names {@code insn}.
     */
    public void changes(VerifierState state, int insn, int regs, long slots) {
        StringBuilder out = log.builder();
        if (afterInstruction > 0 && afterInstruction == log.position()) {
            out.setLength(out.length() - 1);
            int column = Math.ceilDiv(Math.max(instructionLength + 4, STATE_COLUMN), 8) * 8;
            int padding = column - instructionLength - 1;
            for (int i = 0; i < padding; i++) {
                out.append(' ');
            }
            out.append(';');
        } else {
            out.append(insn).append(':');
        }
        states.frame(state, state.frame(), regs, slots);
        log.trim();
    }

    /** {@code from X to Y:} and the whole state, after a branch switch or return. */
    public void switched(VerifierState state, int from, int to) {
        log.print("\nfrom " + from + " to " + to + speculative(state) + ":");
        whole(state, state.frame());
    }

    /** The path ends here, covered by an older state. */
    public void safe(VerifierState state, int from, int insn, boolean afterSwitch) {
        log.print(afterSwitch ? "\nfrom " + from + " to " + insn + speculative(state) + ": safe\n" : insn + ": safe\n");
    }

    private static String speculative(VerifierState state) {
        return state.speculative ? " (speculative execution)" : "";
    }

    /** A subprogram was entered. */
    public void entered(VerifierState state) {
        log.print("caller:\n");
        whole(state, state.frames.get(state.frames.size() - 2));
        log.print("callee:\n");
        whole(state, state.frame());
    }

    /** A subprogram returned; {@code state} has lost its frame already. */
    public void returned(VerifierState state, Frame callee, int insn) {
        log.print("returning from callee:\n");
        whole(state, callee);
        log.print("to caller at " + insn + ":\n");
        whole(state, state.frame());
    }

    /** A frame with everything in it; ends the line. */
    public void whole(VerifierState state, Frame frame) {
        states.full(state, frame);
        log.trim();
    }

    /** The frame as text, for messages that quote a state. */
    public String stateText(VerifierState state, Frame frame) {
        StringBuilder text = new StringBuilder();
        new StateWriter(text, objectName, allPrecise).full(state, frame);
        return text.toString();
    }
}
