package dev.skep.verifier.insn;

import dev.skep.kernel.Linux618;
import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.btf.Btf;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.cfg.AnalysisLog;
import dev.skep.verifier.cfg.ProgramLayout;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.diag.VerifierLog;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Exploration;
import dev.skep.verifier.walk.Walk;
import java.util.ArrayList;
import java.util.List;

/** A walk that stands at the first instruction of a small program, with an exploration that notes what it is told. */
public final class Bench implements Exploration {
    public static final long EXIT = Slot.of(0x95, 0, 0, 0, 0);

    public final Walk w;
    /** States queued, in order. */
    public final List<VerifierState> pushed = new ArrayList<>();
    /** Registers marked precise, in order. */
    public final List<Integer> precise = new ArrayList<>();
    /** Last set of linked registers recorded. */
    public long linked;
    /** Slots spilled to or filled from. */
    public final List<Integer> spills = new ArrayList<>();

    private Bench(ProgramSpec program, VerifierOptions options, Btf kernelTypes) {
        Linux618 kernel = Linux618.with(kernelTypes);
        ProgramLayout layout = ProgramLayout.analyse(program, kernel, AnalysisLog.NONE);
        w = new Walk(
                program,
                kernel,
                layout,
                options,
                new VerifierLog(1),
                new ProgramFacts(program.code().size()));
        w.explore = this;
        w.state = new VerifierState();
        w.state.frames.add(new Frame(0, -1, 0));
        at(0);
    }

    /** A program of type {@code type}; "r0 = 0; exit" is appended. */
    public static Bench of(ProgramType type, long... slots) {
        return of(program(type, slots));
    }

    public static Bench of(ProgramSpec program) {
        return new Bench(program, VerifierOptions.DEFAULT, Btf.EMPTY);
    }

    /** The same for a loader with CAP_BPF only. */
    public static Bench unprivileged(ProgramType type, long... slots) {
        return new Bench(
                program(type, slots), VerifierOptions.DEFAULT.withPrivilege(VerifierOptions.Privilege.BPF), Btf.EMPTY);
    }

    public static Bench withTypes(Btf kernelTypes, ProgramSpec program) {
        return new Bench(program, VerifierOptions.DEFAULT, kernelTypes);
    }

    public static ProgramSpec program(ProgramType type, long... slots) {
        long[] all = java.util.Arrays.copyOf(slots, slots.length + 2);
        all[slots.length] = Slot.of(0xb7, 0, 0, 0, 0);
        all[slots.length + 1] = EXIT;
        return ProgramSpec.of("test", type, BpfCode.of(all));
    }

    /** Stands at another instruction. */
    public Bench at(int insn) {
        w.insn = insn;
        w.next = w.following();
        return this;
    }

    public Bench set(int r, RegState state) {
        w.frame().regs[r] = state;
        return this;
    }

    public RegState reg(int r) {
        return w.reg(r);
    }

    /** Steps once. */
    public Bench step() {
        Steps.step(w);
        return this;
    }

    /** Steps once and says what was refused, without the last newline; "accepted" when nothing was. */
    public String refusal() {
        return refusal(this::step);
    }

    /** Likewise for anything. */
    public static String refusal(Runnable action) {
        try {
            action.run();
            return "accepted";
        } catch (Reject r) {
            return r.text.stripTrailing();
        }
    }

    public static RegState number(long min, long max) {
        return RegState.scalar(ScalarValue.ofUnsigned(min, max));
    }

    public static RegState signed(long min, long max) {
        return RegState.scalar(ScalarValue.ofSigned(min, max));
    }

    public static RegState stack(int off) {
        return RegState.pointer(RegType.Stack.of(0)).withOff(off);
    }

    @Override
    public VerifierState push(int target, int from, boolean speculative) {
        VerifierState s = w.state.copy();
        s.insn = target;
        pushed.add(s);
        return s;
    }

    @Override
    public VerifierState pushAsync(int subprogram, int from, boolean sleepable) {
        throw new AssertionError("not expected");
    }

    @Override
    public void markPrecise(int reg) {
        precise.add(reg);
    }

    @Override
    public void markPrecise(int frame, int reg) {
        precise.add(reg);
    }

    @Override
    public void markPreciseSlot(int frame, int spi) {}

    @Override
    public void readSlots(int frame, long slots) {}

    @Override
    public void writeSlots(int frame, long slots) {}

    @Override
    public void leaveFrame() {}

    @Override
    public void recordSpill(int frame, int spi) {
        spills.add(spi);
    }

    @Override
    public void recordLinked(long packedRegsAndSlots) {
        linked = packedRegsAndSlots;
    }

    @Override
    public void widen(VerifierState queued) {}
}
