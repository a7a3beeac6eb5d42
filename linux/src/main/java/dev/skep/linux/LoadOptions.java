package dev.skep.linux;

/**
 * How to load a program.
 *
 * @param logLevel the verifier's log: 0 none, 1 the last path, 2 every instruction; add 4 for statistics with the time
 *     taken
 * @param logSize bytes of log to keep; of a longer one the end is kept
 * @param keep true to keep an accepted program for test runs; false to close it at once
 */
public record LoadOptions(int logLevel, int logSize, boolean keep) {
    /** The log of the last path and the statistics, 1 MiB at most; the program is not kept. */
    public static final LoadOptions VERDICT = new LoadOptions(5, 1 << 20, false);

    /** As {@link #VERDICT}, and the program stays loaded. */
    public static final LoadOptions RUN = new LoadOptions(5, 1 << 20, true);

    public LoadOptions {
        if (logLevel < 0 || logLevel > 7) {
            throw new IllegalArgumentException("log level must be 0 to 7: logLevel=" + logLevel);
        }
        if (logSize < 128 || logSize > 1 << 30) {
            throw new IllegalArgumentException("log size must be 128 to 2^30: logSize=" + logSize);
        }
    }

    public LoadOptions withLogLevel(int level) {
        return new LoadOptions(level, logSize, keep);
    }

    public LoadOptions withLogSize(int size) {
        return new LoadOptions(logLevel, size, keep);
    }
}
