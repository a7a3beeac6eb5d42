package dev.skep.runtime;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What lies outside the machine: clocks, random numbers, the log, who is running. Each method has a default that suits
 * tests and replay; a host overrides what it has. Methods may be called by many threads at once.
 */
public interface Host {
    /** A host with all defaults. */
    Host DEFAULT = new Host() {};

    /** A line of {@code bpf_trace_printk} or {@code bpf_trace_vprintk}, without its line end. */
    default void trace(String line) {}

    /** Nanoseconds since some start, never going back: {@code bpf_ktime_get_ns} and {@code _boot_ns}. */
    default long monotonicNanos() {
        return System.nanoTime();
    }

    /** Nanoseconds since 1970: {@code bpf_ktime_get_tai_ns} less the leap seconds. */
    default long wallNanos() {
        java.time.Instant now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** 32 random bits: {@code bpf_get_prandom_u32}. */
    default int random() {
        return ThreadLocalRandom.current().nextInt();
    }

    /** Process id in the high half, thread id in the low. */
    default long currentPidTgid() {
        return ProcessHandle.current().pid() << 32 | Thread.currentThread().threadId() & 0xffff_ffffL;
    }

    /** Group id in the high half, user id in the low. */
    default long currentUidGid() {
        return 0;
    }

    /** Name of the current task; 15 bytes are shown. */
    default String currentCommand() {
        return Thread.currentThread().getName();
    }

    /** Id of the current cgroup. */
    default long currentCgroupId() {
        return 1;
    }

    /** Reads user memory that is not in the slab; false when there is none at this address. */
    default boolean readUser(long address, MemorySegment into) {
        return false;
    }

    /** Writes user memory: {@code bpf_probe_write_user}; false when that is not allowed. */
    default boolean writeUser(long address, MemorySegment from) {
        return false;
    }

    /** {@code bpf_send_signal}: 0 or a negated error number. */
    default long signal(int number) {
        return -Errno.EPERM;
    }

    /** A copy of the packet that {@code bpf_clone_redirect} sends: 0 or a negated error number. */
    default long transmit(int ifindex, byte[] packet, long flags) {
        return 0;
    }

    /**
     * Largest network-layer packet of a device, negative when there is no such device; index 0 is the packet's own; by
     * default the loopback's.
     */
    default int mtu(int ifindex) {
        return ifindex <= 1 ? 65536 : 1500;
    }

    /**
     * {@code bpf_fib_lookup}: fills the 64 bytes of {@code struct bpf_fib_lookup}.
     *
     * @return 0 when a route was found, a BPF_FIB_LKUP_RET_* number, or a negated error number; the default is 4, not
     *     forwarded
     */
    default long fibLookup(MemorySegment params, long flags) {
        return 4;
    }

    /**
     * Finds a socket.
     *
     * @param tuple {@code struct bpf_sock_tuple}: 12 bytes for IPv4, 36 for IPv6
     * @return address in the slab of its {@code struct bpf_sock}, 0 when there is none
     */
    default long findSocket(boolean tcp, MemorySegment tuple, long netns) {
        return 0;
    }

    /** The program no longer uses a socket that it looked up. */
    default void releaseSocket(long socket) {}

    /** The socket as the struct that a cast asks for; 0 when it is none such. */
    default long castSocket(long socket) {
        return 0;
    }

    /** {@code bpf_get_socket_cookie}; 0 when the packet has no socket. */
    default long socketCookie(long context) {
        return 0;
    }

    /** {@code bpf_setsockopt} and {@code bpf_getsockopt}: 0 or a negated error number. */
    default long socketOption(int level, int name, MemorySegment value, boolean set) {
        return -Errno.EINVAL;
    }
}
