package dev.skep.linux;

import java.io.IOException;

/**
 * The kernel said no to something that is not a program: a map, BTF, a test run.
 *
 * <p><em>Errors</em>: the message reads {@code map events: create: EINVAL: max_entries=3000}.
 */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** @param errno positive */
    public LinuxException(String what, int errno, String detail) {
        super(what + ": " + Errno.name(errno) + (detail.isEmpty() ? "" : ": " + detail));
        this.errno = errno;
    }

    /** The kernel's number, positive. */
    public int errno() {
        return errno;
    }
}
