package dev.skep.verifier;

/**
 * How much work an analysis was.
 *
 * @param processed instructions visited, over all paths
 * @param limit the most that may be visited
 * @param maxStatesPerInsn longest list of stored states searched at one instruction
 * @param totalStates states stored
 * @param peakStates most states alive at one time
 * @param stackDepths bytes of stack used by each subprogram, empty when the walk never began
 * @param micros time taken, in microseconds
 */
public record Statistics(
        int processed,
        int limit,
        int maxStatesPerInsn,
        int totalStates,
        int peakStates,
        java.util.List<Integer> stackDepths,
        long micros) {
    /** The line that ends every kernel log. */
    public String line() {
        return "processed " + processed + " insns (limit " + limit + ") max_states_per_insn " + maxStatesPerInsn
                + " total_states " + totalStates + " peak_states " + peakStates + " mark_read 0";
    }

    /** What the kernel adds before it when asked for statistics. */
    public String details() {
        StringBuilder text = new StringBuilder("verification time " + micros + " usec\nstack depth ");
        for (int i = 0; i < stackDepths.size(); i++) {
            text.append(i == 0 ? "" : "+").append(stackDepths.get(i));
        }
        return text.append('\n').toString();
    }
}
