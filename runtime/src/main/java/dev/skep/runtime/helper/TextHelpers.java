package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import java.nio.charset.StandardCharsets;

/** Helpers that print, compare and parse text. */
public final class TextHelpers {
    private static final int MAX_ARGUMENTS = 12;
    private static final int TRACE_LIMIT = 1024;

    private TextHelpers() {}

    static void register() {
        add(6, "bpf_trace_printk", "tracePrintk", TextHelpers::tracePrintk);
        add(177, "bpf_trace_vprintk", "traceVprintk", TextHelpers::traceVprintk);
        add(165, "bpf_snprintf", "snprintf", TextHelpers::snprintf);
        add(126, "bpf_seq_printf", "seqPrintf", TextHelpers::seqPrintf);
        add(127, "bpf_seq_write", "seqWrite", TextHelpers::seqWrite);
        add(182, "bpf_strncmp", "strncmp", TextHelpers::strncmp);
        add(105, "bpf_strtol", "strtol", TextHelpers::strtol);
        add(106, "bpf_strtoul", "strtoul", TextHelpers::strtoul);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, TextHelpers.class, method, function);
    }

    private record Registers(long a, long b, long c) implements Text.Arguments {
        @Override
        public int count() {
            return 3;
        }

        @Override
        public long at(int index) {
            return index == 0 ? a : index == 1 ? b : c;
        }
    }

    private record Words(RunContext cx, long address, int count) implements Text.Arguments {
        @Override
        public long at(int index) {
            return SlabAccess.load64(cx.memory(), address + 8L * index);
        }
    }

    public static long tracePrintk(RunContext cx, long format, long size, long a, long b, long c) {
        return trace(cx, format, size, new Registers(a, b, c));
    }

    public static long traceVprintk(RunContext cx, long format, long size, long data, long bytes, long r5) {
        if (badData(data, bytes)) {
            return -Errno.EINVAL;
        }
        return trace(cx, format, size, new Words(cx, data, (int) bytes / 8));
    }

    private static boolean badData(long data, long bytes) {
        return (bytes & 7) != 0 || Long.compareUnsigned(bytes, MAX_ARGUMENTS * 8L) > 0 || bytes != 0 && data == 0;
    }

    private static long trace(RunContext cx, long format, long size, Text.Arguments arguments) {
        StringBuilder line = new StringBuilder();
        long result = Text.format(cx, format, size & 0xffff_ffffL, arguments, line);
        if (result != 0) {
            return result;
        }
        if (line.length() >= TRACE_LIMIT) {
            line.setLength(TRACE_LIMIT - 1);
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\n') {
            line.setLength(length - 1);
        }
        cx.host().trace(line.toString());
        return length;
    }

    /** Gives the bytes needed, the NUL included. */
    public static long snprintf(RunContext cx, long out, long size, long format, long data, long bytes) {
        long room = size & 0xffff_ffffL;
        if (badData(data, bytes)) {
            return -Errno.EINVAL;
        }
        StringBuilder text = new StringBuilder();
        long result = Text.format(cx, format, Integer.MAX_VALUE, new Words(cx, data, (int) bytes / 8), text);
        if (result != 0) {
            return result;
        }
        byte[] all = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (room > 0) {
            int now = (int) Math.min(all.length, room - 1);
            SlabAccess.put(cx.memory(), out, all, 0, now);
            SlabAccess.store8(cx.memory(), out + now, 0);
        }
        return all.length + 1;
    }

    public static long seqPrintf(RunContext cx, long seq, long format, long size, long data, long bytes) {
        if (badData(data, bytes)) {
            return -Errno.EINVAL;
        }
        StringBuilder text = new StringBuilder();
        long result = Text.format(cx, format, size & 0xffff_ffffL, new Words(cx, data, (int) bytes / 8), text);
        if (result != 0) {
            return result;
        }
        byte[] all = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return cx.sequence(all, all.length) ? 0 : -Errno.EOVERFLOW;
    }

    public static long seqWrite(RunContext cx, long seq, long data, long size, long r4, long r5) {
        byte[] bytes = new byte[(int) size & 0xff_ffff];
        SlabAccess.get(cx.memory(), data, bytes, 0, bytes.length);
        return cx.sequence(bytes, bytes.length) ? 0 : -Errno.EOVERFLOW;
    }

    /** Compares at most {@code size} bytes of two strings: -1, 0 or 1. */
    public static long strncmp(RunContext cx, long a, long size, long b, long r4, long r5) {
        long limit = size & 0xffff_ffffL;
        for (long i = 0; i < limit; i++) {
            long x = SlabAccess.load8(cx.memory(), a + i);
            long y = SlabAccess.load8(cx.memory(), b + i);
            if (x != y) {
                return x < y ? -1 : 1;
            }
            if (x == 0) {
                break;
            }
        }
        return 0;
    }

    public static long strtol(RunContext cx, long text, long size, long flags, long out, long r5) {
        return parse(cx, text, size, flags, out, true);
    }

    public static long strtoul(RunContext cx, long text, long size, long flags, long out, long r5) {
        return parse(cx, text, size, flags, out, false);
    }

    private static long parse(RunContext cx, long text, long size, long flags, long out, boolean signed) {
        int base = (int) flags & 0x1f;
        if ((flags & ~0x1fL) != 0 || base != 0 && base != 8 && base != 10 && base != 16) {
            return -Errno.EINVAL;
        }
        long limit = Math.min(size & 0xffff_ffffL, 63);
        long i = 0;
        while (i < limit && isSpace(byteAt(cx, text + i))) {
            i++;
        }
        boolean negative = i < limit && byteAt(cx, text + i) == '-';
        if (negative) {
            if (!signed) {
                return -Errno.EINVAL;
            }
            i++;
        }
        boolean zero = i < limit && byteAt(cx, text + i) == '0';
        boolean hex = zero
                && i + 2 < limit
                && (byteAt(cx, text + i + 1) | 0x20) == 'x'
                && Character.digit(byteAt(cx, text + i + 2), 16) >= 0;
        if (base == 0) {
            base = hex ? 16 : zero ? 8 : 10;
        }
        if (base == 16 && hex) {
            i += 2;
        }
        long start = i;
        long value = 0;
        boolean overflow = false;
        for (; i < limit; i++) {
            int c = byteAt(cx, text + i);
            int digit = c < 0x80 ? Character.digit(c, base) : -1;
            if (digit < 0) {
                break;
            }
            long highest = Long.divideUnsigned(-1L - digit, base);
            overflow |= Long.compareUnsigned(value, highest) > 0;
            value = value * base + digit;
        }
        if (i == start) {
            return -Errno.EINVAL;
        }
        if (overflow || signed && (negative ? Long.compareUnsigned(value, Long.MIN_VALUE) > 0 : value < 0)) {
            return -Errno.ERANGE;
        }
        SlabAccess.store64(cx.memory(), out, negative ? -value : value);
        return i;
    }

    private static int byteAt(RunContext cx, long address) {
        return (int) SlabAccess.load8(cx.memory(), address);
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c >= 9 && c <= 13;
    }
}
