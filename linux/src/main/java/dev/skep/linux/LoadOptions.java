package dev.skep.linux;

/**
 * How to load a program.
 *
 * @param logLevel the verifier's log: 0 none, 1 the last path, 2 every instruction; add 4 for statistics with the time
 *     taken
 * @param logSize bytes of log to keep; of a longer one the end is kept
 * @param keep true to keep an accepted program for test runs; false to close it at once
 * @param unprivileged load as somebody without any capability: the calling thread gives them up for the call, and the
 *     program's types stay away, since they could not be loaded either; maps are made
 *     likewise, where Linux lets such a loader make them. {@link
 *     UnprivilegedBpf} says when the kernel answers at all
 */
public record LoadOptions(int logLevel, int logSize, boolean keep, boolean unprivileged) {
    /** The log of the last path and the statistics, 1 MiB at most; the program is not kept. */
    public static final LoadOptions VERDICT = new LoadOptions(5, 1 << 20, false);

    /** As {@link #VERDICT}, and the program stays loaded. */
    public static final LoadOptions RUN = new LoadOptions(5, 1 << 20, true);

    /** With the capabilities that the thread has. */
    public LoadOptions(int logLevel, int logSize, boolean keep) {
        this(logLevel, logSize, keep, false);
    }

    public LoadOptions {
        if (logLevel < 0 || logLevel > 7) {
            throw new IllegalArgumentException("log level must be 0 to 7: logLevel=" + logLevel);
        }
        if (logSize < 128 || logSize > 1 << 30) {
            throw new IllegalArgumentException("log size must be 128 to 2^30: logSize=" + logSize);
        }
    }

    public LoadOptions withLogLevel(int level) {
        return new LoadOptions(level, logSize, keep, unprivileged);
    }

    public LoadOptions withLogSize(int size) {
        return new LoadOptions(logLevel, size, keep, unprivileged);
    }

    /** The same load, without any capability. */
    public LoadOptions withoutCapabilities() {
        return new LoadOptions(logLevel, logSize, keep, true);
    }
}
