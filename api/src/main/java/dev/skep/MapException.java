package dev.skep;

/** A map operation that the map refuses. */
public final class MapException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    MapException(String map, String operation, int errno) {
        super("map " + map + ": " + operation + " refused: errno=" + errno);
        this.errno = errno;
    }

    /** Linux's error number, positive. */
    public int errno() {
        return errno;
    }
}
