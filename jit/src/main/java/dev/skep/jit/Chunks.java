package dev.skep.jit;

import dev.skep.object.isa.Instruction;
import java.util.ArrayList;
import java.util.List;

/**
 * How a subprogram is cut into methods that HotSpot will compile. One that fits is one method; others are cut at places
 * where few loops are cut through, so that a hot loop keeps its registers in locals.
 */
final class Chunks {
    /** A run of slots, end excluded. */
    record Chunk(int start, int end) {}

    private Chunks() {}

    /**
     * Cuts [start, end) into chunks of about {@code limit} bytes of JVM code.
     *
     * <ol>
     *   <li>Walk until the estimate passes the limit.
     *   <li>Among the cuts in the last half of that stretch, take the one that the fewest backward jumps cross; the
     *       latest of equals.
     *   <li>Go on from there.
     * </ol>
     */
    static List<Chunk> of(Flow flow, int start, int end, int limit) {
        int[] crossing = backwardJumpsAcross(flow, start, end);
        List<Chunk> chunks = new ArrayList<>();
        int from = start;
        while (from < end) {
            int to = from;
            int bytes = 0;
            int half = from;
            while (to < end && bytes < limit) {
                if (flow.reached.get(to)) {
                    bytes += bytes(flow.code.at(to));
                }
                if (bytes < limit / 2) {
                    half = to;
                }
                to += flow.code.width(to);
            }
            if (to < end) {
                to = bestCut(flow, crossing, start, Math.max(half, from + 1), to);
            }
            chunks.add(new Chunk(from, to));
            from = to;
        }
        return chunks;
    }

    /** An upper estimate of the bytes that a subprogram becomes. */
    static int bytes(Flow flow, int start, int end) {
        int sum = 0;
        for (int i = start; i < end; i += flow.code.width(i)) {
            sum += flow.reached.get(i) ? bytes(flow.code.at(i)) : 0;
        }
        return sum;
    }

    private static int bestCut(Flow flow, int[] crossing, int start, int low, int high) {
        int best = high;
        for (int cut = high; cut >= low; cut--) {
            if (flow.code.at(cut) != null && crossing[cut - start] < crossing[best - start]) {
                best = cut;
            }
        }
        return best;
    }

    /** For each slot, how many backward jumps lead from it or after it to before it. */
    private static int[] backwardJumpsAcross(Flow flow, int start, int end) {
        int[] delta = new int[end - start + 2];
        for (int i = start; i < end; i += flow.code.width(i)) {
            int target = switch (flow.code.at(i)) {
                case Instruction.Branch b -> i + 1 + b.offset();
                case Instruction.Goto g -> i + 1 + g.offset();
                case null, default -> i + 1;
            };
            if (target <= i && target >= start && flow.reached.get(i)) {
                delta[target + 1 - start]++;
                delta[i + 1 - start]--;
            }
        }
        for (int i = 1; i < delta.length; i++) {
            delta[i] += delta[i - 1];
        }
        return delta;
    }

    /** An upper estimate of the bytes that an instruction becomes. */
    private static int bytes(Instruction insn) {
        return switch (insn) {
            case null -> 0;
            case Instruction.Call _ -> 50;
            case Instruction.Atomic _ -> 36;
            case Instruction.Load _, Instruction.Store _, Instruction.StoreImm _ -> 26;
            case Instruction.Branch _ -> 18;
            default -> 14;
        };
    }
}
