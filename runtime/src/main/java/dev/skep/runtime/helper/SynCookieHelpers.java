package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;

/**
 * SYN cookies without a socket. A cookie is a keyed hash of the flow and the initial sequence number; the key is the
 * machine's, so cookies of other machines, and Linux's, do not check.
 */
public final class SynCookieHelpers {
    private static final int TCP_HEADER = 20;
    private static final int DEFAULT_MSS_V4 = 536;
    private static final int DEFAULT_MSS_V6 = 1220;
    private static final int OPTION_MSS = 2;

    private SynCookieHelpers() {}

    static void register() {
        add(204, "bpf_tcp_raw_gen_syncookie_ipv4", "generateV4", SynCookieHelpers::generateV4);
        add(205, "bpf_tcp_raw_gen_syncookie_ipv6", "generateV6", SynCookieHelpers::generateV6);
        add(206, "bpf_tcp_raw_check_syncookie_ipv4", "checkV4", SynCookieHelpers::checkV4);
        add(207, "bpf_tcp_raw_check_syncookie_ipv6", "checkV6", SynCookieHelpers::checkV6);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, SynCookieHelpers.class, method, function);
    }

    private static long cookie(RunContext cx, long addresses, int bytes, long tcp, int sequence) {
        long h = cx.machine().seed() * 0x9e37_79b9_7f4a_7c15L + Integer.toUnsignedLong(sequence);
        for (int i = 0; i < bytes; i += 4) {
            h = (h ^ SlabAccess.load32(cx.memory(), addresses + i)) * 0xd6e8_feb8_6659_fd93L;
            h ^= h >>> 32;
        }
        h = (h ^ SlabAccess.load32(cx.memory(), tcp)) * 0xd6e8_feb8_6659_fd93L;
        return (h ^ h >>> 29) & 0xffff_ffffL;
    }

    private static int bigEndian(RunContext cx, long at) {
        return Integer.reverseBytes((int) SlabAccess.load32(cx.memory(), at));
    }

    private static long generate(RunContext cx, long addresses, int bytes, long tcp, long length, int defaultMss) {
        if (length < TCP_HEADER) {
            return -Errno.EINVAL;
        }
        long mss = defaultMss;
        for (long at = TCP_HEADER; at + 3 < length; ) {
            int kind = (int) SlabAccess.load8(cx.memory(), tcp + at);
            if (kind == 0) {
                break;
            }
            int size = kind == 1 ? 1 : (int) SlabAccess.load8(cx.memory(), tcp + at + 1);
            if (size == 0 || kind != 1 && size < 2) {
                break;
            }
            if (kind == OPTION_MSS && size == 4) {
                mss = Short.reverseBytes((short) SlabAccess.load16(cx.memory(), tcp + at + 2)) & 0xffff;
            }
            at += size;
        }
        return cookie(cx, addresses, bytes, tcp, bigEndian(cx, tcp + 4)) | mss << 32;
    }

    private static long check(RunContext cx, long addresses, int bytes, long tcp) {
        int acknowledged = bigEndian(cx, tcp + 8) - 1;
        long expected = cookie(cx, addresses, bytes, tcp, bigEndian(cx, tcp + 4) - 1);
        return (acknowledged & 0xffff_ffffL) == expected ? 0 : -Errno.EACCES;
    }

    public static long generateV4(RunContext cx, long ip, long tcp, long length, long r4, long r5) {
        return generate(cx, ip + 12, 8, tcp, length & 0xffff_ffffL, DEFAULT_MSS_V4);
    }

    public static long generateV6(RunContext cx, long ip, long tcp, long length, long r4, long r5) {
        return generate(cx, ip + 8, 32, tcp, length & 0xffff_ffffL, DEFAULT_MSS_V6);
    }

    public static long checkV4(RunContext cx, long ip, long tcp, long r3, long r4, long r5) {
        return check(cx, ip + 12, 8, tcp);
    }

    public static long checkV6(RunContext cx, long ip, long tcp, long r3, long r4, long r5) {
        return check(cx, ip + 8, 32, tcp);
    }
}
