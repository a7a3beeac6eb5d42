package dev.skep.conformance.claim;

import dev.skep.object.isa.Instruction;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.StepObserver;
import dev.skep.verifier.claim.Claim;
import dev.skep.verifier.claim.Claims;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import java.util.List;

/**
 * Watches a run: before each instruction, the registers must be those of one state that the verifier walked from there.
 * All registers of one and the same state, registers that it links included.
 */
final class ClaimCheck implements StepObserver {
    /** Thrown out of the run at the first register that contradicts. */
    static final class Contradiction extends RuntimeException {
        private static final long serialVersionUID = 1;
        final int insn;

        Contradiction(int insn, String text) {
            super(text, null, false, false);
            this.insn = insn;
        }
    }

    private final RegisterCheck check;
    private final List<Claims> claims;
    /** By kind of claims and instruction: which state fitted last. */
    private final int[][] fitted;

    private long[] frames = new long[64];
    private int depth;
    private long steps;
    private long registers;
    /** Contradictions are put into words, not only found. */
    private boolean explaining;

    /** @param claims of one program, each kind to be held to */
    ClaimCheck(RegisterCheck check, List<Claims> claims, int slots) {
        this.check = check;
        this.claims = claims;
        this.fitted = new int[claims.size()][slots];
    }

    /** Instructions seen. */
    long steps() {
        return steps;
    }

    /** Registers compared. */
    long registers() {
        return registers;
    }

    @Override
    public void before(RunContext cx, LoadedProgram program, int insn, long[] r) {
        steps++;
        enter(r[10]);
        for (int i = 0; i < claims.size(); i++) {
            compare(claims.get(i), fitted[i], cx, program, insn, r);
        }
    }

    /** Frames grow upwards: a higher end is a call, a lower one a return. */
    private void enter(long end) {
        while (depth > 0 && frames[depth - 1] > end) {
            depth--;
        }
        if (depth == 0 || frames[depth - 1] < end) {
            if (depth == frames.length) {
                frames = java.util.Arrays.copyOf(frames, 2 * depth);
            }
            frames[depth++] = end;
        }
    }

    private void compare(Claims all, int[] hints, RunContext cx, LoadedProgram program, int insn, long[] r) {
        List<Claim> here = all.at(insn);
        Instruction instruction = program.spec().code().at(insn);
        int states = here.size();
        for (int i = 0, at = hints[insn]; i < states; i++, at++) {
            int number = at < states ? at : at - states;
            Claim claim = here.get(number);
            check.at(cx, program, frames, depth, claim.frame());
            if (contradiction(claim, instruction, r, all.coversNumbers()) == null) {
                hints[insn] = number;
                return;
            }
        }
        throw new Contradiction(insn, explain(all, here, cx, program, instruction, r));
    }

    private String explain(
            Claims all, List<Claim> here, RunContext cx, LoadedProgram program, Instruction instruction, long[] r) {
        if (here.isEmpty()) {
            return all.pruning() + ": the verifier never came here";
        }
        explaining = true;
        StringBuilder text = new StringBuilder(all.pruning() + ": ");
        for (Claim claim : here.subList(0, Math.min(here.size(), 3))) {
            check.at(cx, program, frames, depth, claim.frame());
            text.append(contradiction(claim, instruction, r, all.coversNumbers()))
                    .append('\n');
        }
        explaining = false;
        return text.append(here.size()).append(" states").toString();
    }

    /** The first thing in which the registers are not those of the claim; null if there is none. */
    private String contradiction(Claim claim, Instruction instruction, long[] r, boolean numbers) {
        RegState[] regs = claim.regs();
        for (int i = 0; i <= 10; i++) {
            RegState reg = regs[i];
            if (!reg.isInit()) {
                continue;
            }
            registers++;
            if (!check.holds(reg, r[i], numbers)) {
                return explaining ? "R" + i + "=" + hex(r[i]) + " is not " + Claim.text(reg) : "";
            }
        }
        if (numbers) {
            for (int i = 0; i < 10; i++) {
                for (int k = i + 1; k < 10; k++) {
                    if (regs[i].id != 0 && regs[i].id == regs[k].id && !linked(regs[i], r[i], regs[k], r[k])) {
                        return explaining
                                ? "R" + i + "=" + hex(r[i]) + " and R" + k + "=" + hex(r[k]) + " are not linked as "
                                        + Claim.text(regs[i]) + " and " + Claim.text(regs[k])
                                : "";
                    }
                }
            }
        }
        return access(regs, instruction, r, numbers);
    }

    /** What two registers with one id have in common is the same in both. */
    private static boolean linked(RegState a, long x, RegState b, long y) {
        if (a.isScalar() && b.isScalar()) {
            long p = a.hasDelta ? x - a.off : x;
            long q = b.hasDelta ? y - b.off : y;
            return a.delta32 || b.delta32 ? (int) p == (int) q : p == q;
        }
        boolean packets = a.type instanceof RegType.Packet && b.type instanceof RegType.Packet;
        return !packets || x - a.off == y - b.off;
    }

    private String access(RegState[] regs, Instruction instruction, long[] r, boolean numbers) {
        return switch (instruction) {
            case Instruction.Load l -> access(regs, r, l.src(), l.offset(), l.size(), numbers);
            case Instruction.Store s -> access(regs, r, s.base(), s.offset(), s.size(), numbers);
            case Instruction.StoreImm s -> access(regs, r, s.base(), s.offset(), s.size(), numbers);
            case Instruction.Atomic a -> access(regs, r, a.base(), a.offset(), a.size(), numbers);
            case null, default -> null;
        };
    }

    private String access(RegState[] regs, long[] r, int base, int offset, int size, boolean numbers) {
        RegState reg = regs[base];
        if (!reg.isPointer() || check.holdsForAccess(reg, r[base], r[base] + offset, size, numbers)) {
            return null;
        }
        return explaining
                ? "access of " + size + " bytes at R" + base + "=" + hex(r[base]) + (offset < 0 ? "" : "+") + offset
                        + " is not in " + Claim.text(reg)
                : "";
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
