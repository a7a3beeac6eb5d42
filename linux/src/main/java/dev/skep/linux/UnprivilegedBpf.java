package dev.skep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's switch {@code kernel.unprivileged_bpf_disabled}: whether bpf(2) answers somebody without capabilities.
 * 0: it does; 1: no, until the next boot; 2: no, but root may change it.
 *
 * <p>{@link #permit} sets 0 for as long as the object is open. The switch is of the whole machine: open it for a short
 * time, and only when the user asked for it. It is set back on {@link #close}, and when the JVM ends in any way but a
 * kill.
 */
public final class UnprivilegedBpf implements AutoCloseable {
    private static final Path SWITCH = Path.of("/proc/sys/kernel/unprivileged_bpf_disabled");

    private final String before;
    private final Thread atExit;
    private boolean closed;

    private UnprivilegedBpf(String before) {
        this.before = before;
        this.atExit = new Thread(this::setBack, "unprivileged bpf off");
    }

    /** The switch: 0, 1 or 2; -1 where there is none. */
    public static int setting() {
        try {
            return Integer.parseInt(Files.readString(SWITCH).strip());
        } catch (IOException | NumberFormatException _) {
            return -1;
        }
    }

    /**
     * Lets the kernel answer, if need be by setting the switch.
     *
     * @throws LinuxException if that is not permitted
     */
    public static UnprivilegedBpf permit() throws LinuxException {
        int setting = setting();
        UnprivilegedBpf permission = new UnprivilegedBpf(Integer.toString(setting));
        if (setting == 0) {
            permission.closed = true;
            return permission;
        }
        Runtime.getRuntime().addShutdownHook(permission.atExit);
        try {
            Files.writeString(SWITCH, "0");
        } catch (IOException e) {
            Runtime.getRuntime().removeShutdownHook(permission.atExit);
            throw new LinuxException(
                    "unprivileged bpf", Errno.EPERM, "cannot be switched on: unprivileged_bpf_disabled=" + setting);
        }
        return permission;
    }

    private synchronized void setBack() {
        if (!closed) {
            closed = true;
            try {
                Files.writeString(SWITCH, before);
            } catch (IOException e) {
                throw new IllegalStateException("unprivileged_bpf_disabled stays 0, it was " + before, e);
            }
        }
    }

    /** Sets the switch back to what it was. */
    @Override
    public void close() {
        setBack();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            return; // the JVM is ending: the hook finds nothing left to do
        }
    }
}
