package dev.skep.runtime.map;

/** A map that Linux would refuse to create. Carries the error number that {@code bpf(BPF_MAP_CREATE)} gives. */
public final class InvalidMapException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    public InvalidMapException(String map, int errno, String rule) {
        super("map " + map + ": " + rule);
        this.errno = errno;
    }

    /** Positive. */
    public int errno() {
        return errno;
    }
}
