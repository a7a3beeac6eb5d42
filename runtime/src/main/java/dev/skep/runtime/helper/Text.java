package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The kernel's printf as programs have it: {@code d i u x X o c s p} with flags, width and {@code l}, {@code ll};
 * {@code %pi4}, {@code %pI4}, {@code %pi6}, {@code %pI6}, {@code %pks}, {@code %pus}, and {@code %ps %pS %pB %px %pK}
 * as addresses.
 *
 * <p><em>Errors</em>: {@link #format} gives -EINVAL for what the kernel refuses: bytes that are not ASCII, unknown
 * conversions, more conversions than arguments, a format without its NUL.
 *
 * <p><em>Source</em>: Linux Documentation/core-api/printk-formats.rst; bpf-helpers(7).
 */
final class Text {
    private static final int LIMIT = 4096;

    private final MemorySegment memory;
    private final StringBuilder out = new StringBuilder();

    private Text(MemorySegment memory) {
        this.memory = memory;
    }

    /** Arguments of a format, by index. */
    interface Arguments {
        int count();

        long at(int index);
    }

    /** Formats into {@code into}; 0, or -EINVAL. */
    static long format(RunContext cx, long format, long formatBytes, Arguments arguments, StringBuilder into) {
        Text text = new Text(cx.memory());
        String pattern = text.pattern(format, formatBytes);
        if (pattern == null || !text.run(pattern, arguments)) {
            return -Errno.EINVAL;
        }
        into.append(text.out);
        return 0;
    }

    private String pattern(long format, long bytes) {
        StringBuilder s = new StringBuilder();
        for (long i = 0; i < Math.min(bytes, LIMIT); i++) {
            int c = (int) SlabAccess.load8(memory, format + i);
            if (c == 0) {
                return s.toString();
            }
            boolean printable = c >= 0x20 && c < 0x7f || c >= 9 && c <= 13;
            if (!printable) {
                return null;
            }
            s.append((char) c);
        }
        return null;
    }

    private boolean run(String f, Arguments arguments) {
        int next = 0;
        for (int i = 0; i < f.length(); i++) {
            if (f.charAt(i) != '%') {
                out.append(f.charAt(i));
                continue;
            }
            i++;
            if (i < f.length() && f.charAt(i) == '%') {
                out.append('%');
                continue;
            }
            int start = i;
            while (i < f.length() && "0+-# ".indexOf(f.charAt(i)) >= 0) {
                i++;
            }
            String flags = f.substring(start, i);
            start = i;
            while (i < f.length() && Character.isDigit(f.charAt(i)) && i - start < 4) {
                i++;
            }
            int width = i == start ? 0 : Math.min(Integer.parseInt(f.substring(start, i)), 512);
            if (i >= f.length() || next >= arguments.count()) {
                return false;
            }
            int used = conversion(f.substring(i), flags, width, arguments.at(next++));
            if (used == 0) {
                return false;
            }
            i += used - 1;
        }
        return true;
    }

    /** Appends one conversion; returns its length in the format, 0 when it is unknown. */
    private int conversion(String f, String flags, int width, long value) {
        char c = f.charAt(0);
        if (c == 'p') {
            return pointer(f, flags, width, value);
        }
        if (c == 's') {
            pad(string(value), flags.contains("-") ? "-" : "", width);
            return 1;
        }
        if (c == 'c') {
            pad(String.valueOf((char) (value & 0xff)), flags, width);
            return 1;
        }
        int at = 0;
        while (at < f.length() && at < 2 && f.charAt(at) == 'l') {
            at++;
        }
        boolean wide = at > 0;
        if (at >= f.length()) {
            return 0;
        }
        String digits = switch (f.charAt(at)) {
            case 'd', 'i' -> signed(wide ? value : (int) value, flags);
            case 'u' -> Long.toUnsignedString(wide ? value : value & 0xffff_ffffL);
            case 'x' -> prefix(flags, "0x") + Long.toHexString(wide ? value : value & 0xffff_ffffL);
            case 'X' ->
                prefix(flags, "0X")
                        + Long.toHexString(wide ? value : value & 0xffff_ffffL).toUpperCase(Locale.ROOT);
            default -> null;
        };
        if (digits == null) {
            return 0;
        }
        pad(digits, flags, width);
        return at + 1;
    }

    private static String signed(long value, String flags) {
        String sign = value < 0 ? "" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
        return sign + value;
    }

    private static String prefix(String flags, String prefix) {
        return flags.contains("#") ? prefix : "";
    }

    private int pointer(String f, String flags, int width, long value) {
        char kind = f.length() > 1 ? f.charAt(1) : ' ';
        if ((kind == 'k' || kind == 'u') && f.length() > 2 && f.charAt(2) == 's') {
            pad(string(value), flags, width);
            return 3;
        }
        if ((kind == 'i' || kind == 'I') && f.length() > 2) {
            char family = f.charAt(2);
            if (family == '4') {
                pad(ipv4(value, kind == 'i'), flags, width);
                return 3;
            }
            if (family == '6') {
                pad(ipv6(value, kind == 'i'), flags, width);
                return 3;
            }
            return 0;
        }
        switch (kind) {
            case 'K', 'x', 's', 'S', 'B' -> {
                pad(kind == 'x' ? Long.toHexString(value) : address(value), flags, width);
                return 2;
            }
            default -> {
                if (Character.isLetterOrDigit(kind)) {
                    return 0;
                }
                pad(address(value), flags, width);
                return 1;
            }
        }
    }

    private static String address(long value) {
        return String.format("%016x", value);
    }

    private String ipv4(long address, boolean padded) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            int b = readable(address + i) ? (int) SlabAccess.load8(memory, address + i) : 0;
            s.append(i == 0 ? "" : ".").append(padded ? String.format("%03d", b) : String.valueOf(b));
        }
        return s.toString();
    }

    private String ipv6(long address, boolean plain) {
        int[] words = new int[8];
        for (int i = 0; i < 8; i++) {
            if (readable(address + 2L * i + 1)) {
                words[i] = Short.reverseBytes((short) SlabAccess.load16(memory, address + 2L * i)) & 0xffff;
            }
        }
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            s.append(plain || i == 0 ? "" : ":").append(String.format("%04x", words[i]));
        }
        return s.toString();
    }

    private boolean readable(long address) {
        return address >= dev.skep.runtime.memory.Slab.NULL_PAGE
                && address - dev.skep.runtime.memory.Slab.NULL_PAGE < memory.byteSize();
    }

    /** The string at an address, at most {@value #LIMIT} bytes; "" where there is none. */
    private String string(long address) {
        byte[] bytes = new byte[LIMIT];
        int n = 0;
        while (n < LIMIT && readable(address + n)) {
            byte b = (byte) SlabAccess.load8(memory, address + n);
            if (b == 0) {
                break;
            }
            bytes[n++] = b;
        }
        return new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
    }

    private void pad(String s, String flags, int width) {
        int missing = width - s.length();
        if (missing <= 0) {
            out.append(s);
        } else if (flags.contains("-")) {
            out.append(s).append(" ".repeat(missing));
        } else if (flags.contains("0")) {
            int sign = s.startsWith("-") || s.startsWith("+") ? 1 : 0;
            out.append(s, 0, sign).append("0".repeat(missing)).append(s, sign, s.length());
        } else {
            out.append(" ".repeat(missing)).append(s);
        }
    }
}
