package dev.skep.verifier.claim;

import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.value.Tnum;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * What an analysis believed at each instruction: every state that it walked from there. A run that is at the
 * instruction must be in one of them, whichever path it came by, since a path that the analysis cut short is covered by
 * a state that it did walk.
 *
 * <p>With {@link Pruning#EXACT} that holds for all registers. With {@link Pruning#LINUX} it holds for pointers only: a
 * number that never decides anything is not compared when paths are cut, so another may be there.
 *
 * <p><em>Shape</em>: up to {@value #MAX_STATES} states per instruction; the rest are joined into one that has them all.
 */
public final class Claims {
    /** Distinct states kept per instruction. */
    public static final int MAX_STATES = 128;

    /** When a path ends because an older state covers it. */
    public enum Pruning {
        /** As Linux does: numbers that decided nothing are not compared. */
        LINUX,
        /** Every number that is read later must be in the older state's range. */
        EXACT
    }

    private final Pruning pruning;
    private final List<List<Claim>> states = new ArrayList<>();
    private final List<Set<Claim>> known = new ArrayList<>();
    private final List<Claim> joined = new ArrayList<>();
    private final IntUnaryOperator live;

    /** @param live by instruction: the registers that may be read there or later, one bit each */
    public Claims(Pruning pruning, int slots, IntUnaryOperator live) {
        this.pruning = pruning;
        this.live = live;
        for (int i = 0; i < slots; i++) {
            states.add(List.of());
            known.add(Set.of());
            joined.add(null);
        }
    }

    public Pruning pruning() {
        return pruning;
    }

    /** True when numbers are claimed, not only pointers. */
    public boolean coversNumbers() {
        return pruning == Pruning.EXACT;
    }

    /** Notes that the analysis goes on from {@code state}, at {@code insn}. */
    public void note(int insn, VerifierState state) {
        int wanted = live.applyAsInt(insn) | 1 << 10;
        RegState[] regs = state.frame().regs.clone();
        for (int r = 0; r < regs.length; r++) {
            if ((wanted >>> r & 1) == 0) {
                regs[r] = RegState.NOT_INIT;
            }
        }
        add(insn, new Claim(regs, state.currentFrame()));
    }

    private void add(int insn, Claim claim) {
        List<Claim> here = states.get(insn);
        if (here.isEmpty()) {
            here = new ArrayList<>(2);
            states.set(insn, here);
            known.set(insn, new HashSet<>(4));
        }
        if (known.get(insn).contains(claim)) {
            return;
        }
        if (here.size() < MAX_STATES) {
            here.add(claim);
            known.get(insn).add(claim);
        } else {
            Claim before = joined.get(insn);
            joined.set(insn, before == null ? claim : join(before, claim));
        }
    }

    /** The states walked from this instruction; empty when it was not reached. The last may be the join of many. */
    public List<Claim> at(int insn) {
        List<Claim> here = states.get(insn);
        Claim rest = joined.get(insn);
        if (rest != null && here.getLast() != rest) {
            here = new ArrayList<>(here);
            here.add(rest);
            states.set(insn, here);
        }
        return here;
    }

    /** The same with every known number and offset changed: to see whether a checker notices. */
    public Claims with(UnaryOperator<ScalarValue> change) {
        Claims out = new Claims(pruning, states.size(), live);
        for (int i = 0; i < states.size(); i++) {
            for (Claim c : at(i)) {
                RegState[] regs = c.regs().clone();
                for (int r = 0; r < 10; r++) {
                    if (regs[r].isInit()) {
                        regs[r] = regs[r].withVar(change.apply(regs[r].var));
                    }
                }
                out.add(i, new Claim(regs, c.frame()));
            }
        }
        return out;
    }

    private static Claim join(Claim a, Claim b) {
        RegState[] regs = new RegState[11];
        for (int r = 0; r < 11; r++) {
            RegState x = a.regs()[r];
            RegState y = b.regs()[r];
            boolean alike = a.frame() == b.frame() && x.isInit() && x.type.equals(y.type) && x.off == y.off;
            regs[r] = alike ? RegState.pointer(x.type, x.off, 0, 0).withVar(join(x.var, y.var)) : RegState.NOT_INIT;
        }
        return new Claim(regs, a.frame());
    }

    private static ScalarValue join(ScalarValue a, ScalarValue b) {
        long unknown = a.var.mask() | b.var.mask() | a.var.value() ^ b.var.value();
        return ScalarValue.of(
                new Tnum(a.var.value() & ~unknown, unknown),
                Math.min(a.smin, b.smin),
                Math.max(a.smax, b.smax),
                Long.compareUnsigned(a.umin, b.umin) < 0 ? a.umin : b.umin,
                Long.compareUnsigned(a.umax, b.umax) > 0 ? a.umax : b.umax,
                Math.min(a.s32min, b.s32min),
                Math.max(a.s32max, b.s32max),
                Integer.compareUnsigned(a.u32min, b.u32min) < 0 ? a.u32min : b.u32min,
                Integer.compareUnsigned(a.u32max, b.u32max) > 0 ? a.u32max : b.u32max);
    }
}
