package dev.skep.cli;

import java.util.Arrays;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** How far a replay has come: a bar for people at a terminal, and a timeline for those who ask for one. */
final class ReplayProgress implements AutoCloseable {
    private static final long SLICE_NANOS = 100_000_000L;
    private static final int MOST_SLICES = 3000;

    private final ProgressBar bar;
    private final long start = System.nanoTime();
    private final long untilFirst;
    private long[] packetsAt;
    private int slices;
    private long slice;

    ReplayProgress(boolean timeline) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        bar = terminal
                ? new ProgressBarBuilder()
                        .setTaskName("packets")
                        .setInitialMax(-1)
                        .build()
                : null;
        packetsAt = timeline ? new long[64] : null;
        slice = timeline ? start + SLICE_NANOS : Long.MAX_VALUE;
        untilFirst = timeline ? sinceCommand() : 0;
    }

    /** Milliseconds since the JVM was started. */
    private static long sinceCommand() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(s -> System.currentTimeMillis() - s.toEpochMilli())
                .orElse(0L);
    }

    /** So many packets are done. Called now and then. */
    void reached(long packets) {
        if (bar != null) {
            bar.stepTo(packets);
        }
        if (packetsAt != null) {
            long now = System.nanoTime();
            while (now - slice >= 0 && slices < MOST_SLICES) {
                if (slices == packetsAt.length) {
                    packetsAt = Arrays.copyOf(packetsAt, 2 * slices);
                }
                packetsAt[slices++] = packets;
                slice += SLICE_NANOS;
            }
        }
    }

    /** The timeline as text; "" when none was asked for. */
    String timeline() {
        if (packetsAt == null) {
            return "";
        }
        StringBuilder s = new StringBuilder();
        s.append(String.format(
                Locale.ROOT,
                "first packet %d ms after the command; packets a second, in each tenth of a second:%n",
                untilFirst));
        long before = 0;
        for (int i = 0; i < slices; i++) {
            s.append(String.format(Locale.ROOT, "%5.1f s %,12d%n", (i + 1) / 10.0, (packetsAt[i] - before) * 10));
            before = packetsAt[i];
        }
        return s.toString();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
