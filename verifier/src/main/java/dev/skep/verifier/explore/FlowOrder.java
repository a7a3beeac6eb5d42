package dev.skep.verifier.explore;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.cfg.ProgramLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Successors of each instruction inside its subprogram, and an order in which successors come first (but for loops).
 */
final class FlowOrder {
    private static final int NONE = -1;

    private final int[] fall;
    private final int[] jump;
    /** Predecessors of instruction {@code i}: {@code from[first[i]]} to {@code from[first[i + 1] - 1]}. */
    private final int[] first;

    private final int[] from;
    private final Map<Integer, int[]> orders = new HashMap<>();

    FlowOrder(BpfCode code, ProgramLayout layout) {
        fall = new int[code.size()];
        jump = new int[code.size()];
        Arrays.fill(fall, NONE);
        Arrays.fill(jump, NONE);
        for (int i = 0; i < code.size(); i++) {
            int next = i + code.width(i);
            switch (code.at(i)) {
                case null -> {}
                case Instruction.Exit _ -> {}
                case Instruction.Goto g -> jump[i] = next + g.offset();
                case Instruction.MayGoto g -> {
                    fall[i] = next;
                    jump[i] = next + g.offset();
                }
                case Instruction.Branch b -> {
                    fall[i] = next;
                    jump[i] = next + b.offset();
                }
                default -> fall[i] = next;
            }
        }
        first = new int[code.size() + 1];
        from = new int[2 * code.size()];
        fillPredecessors();
    }

    private void fillPredecessors() {
        int n = fall.length;
        int[] count = new int[n + 1];
        for (int i = 0; i < n; i++) {
            if (inside(fall[i])) {
                count[fall[i]]++;
            }
            if (inside(jump[i])) {
                count[jump[i]]++;
            }
        }
        for (int i = 0; i < n; i++) {
            first[i + 1] = first[i] + count[i];
        }
        int[] filled = first.clone();
        for (int i = 0; i < n; i++) {
            if (inside(fall[i])) {
                from[filled[fall[i]]++] = i;
            }
            if (inside(jump[i])) {
                from[filled[jump[i]]++] = i;
            }
        }
    }

    private boolean inside(int insn) {
        return insn >= 0 && insn < fall.length;
    }

    int predecessorsBegin(int insn) {
        return first[insn];
    }

    int predecessorsEnd(int insn) {
        return first[insn + 1];
    }

    /** The {@code k}-th entry of all predecessors, see {@link #predecessorsBegin}. */
    int predecessor(int k) {
        return from[k];
    }

    /** The instruction that follows when {@code insn} does not jump, -1 if none does. */
    int fallThrough(int insn) {
        return fall[insn];
    }

    /** Where {@code insn} may jump, -1 if it does not. */
    int jump(int insn) {
        return jump[insn];
    }

    /** Instructions reachable from {@code start}, those that come last first. */
    int[] of(int start, int length) {
        return orders.computeIfAbsent(start, _ -> compute(start, length));
    }

    private int[] compute(int start, int length) {
        int[] order = new int[length];
        int[] stack = new int[length + 1];
        boolean[] discovered = new boolean[length];
        boolean[] explored = new boolean[length];
        int found = 0;
        int depth = 0;
        stack[depth++] = start;
        discovered[0] = true;
        while (depth > 0) {
            int top = stack[depth - 1];
            if (explored[top - start]) {
                order[found++] = top;
                depth--;
                continue;
            }
            explored[top - start] = true;
            for (int way = 0; way < 2; way++) {
                int next = way == 0 ? fall[top] : jump[top];
                if (next >= start && next < start + length && !discovered[next - start]) {
                    discovered[next - start] = true;
                    stack[depth++] = next;
                }
            }
        }
        return Arrays.copyOf(order, found);
    }
}
