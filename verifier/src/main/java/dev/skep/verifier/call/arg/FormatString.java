package dev.skep.verifier.call.arg;

/**
 * The format language of {@code bpf_snprintf} and its kin.
 *
 * <p><em>Shape</em>: printable ASCII and white space; {@code %%}, or {@code %} with optional flags {@code 0 + - blank}
 * and a width, and one of: {@code p} (alone or {@code pK px pB ps pS}), {@code pi4 pI4 pi6 pI6}, {@code pks pus},
 * {@code s}, {@code c}, and {@code i d u x X} with up to two {@code l}. Each takes one argument.
 *
 * <p><em>Source</em>: bpf_snprintf in uapi/linux/bpf.h.
 */
public final class FormatString {
    private FormatString() {}

    /** True when the format is well-formed and asks for no more than {@code args} arguments. */
    public static boolean isValid(byte[] format, int args) {
        int used = 0;
        for (int i = 0; i < format.length; i++) {
            int c = format[i];
            if (!printable(c)) {
                return false;
            }
            if (c != '%') {
                continue;
            }
            if (at(format, i + 1) == '%') {
                i++;
                continue;
            }
            i = conversion(format, i + 1);
            if (++used > args || i < 0) {
                return false;
            }
        }
        return true;
    }

    /** Index of the last character of the conversion that starts after a percent sign, -1 if it is none. */
    private static int conversion(byte[] format, int i) {
        while ("0+- ".indexOf(at(format, i)) >= 0) {
            i++;
        }
        while (at(format, i) >= '0' && at(format, i) <= '9') {
            i++;
        }
        switch (at(format, i)) {
            case 's', 'c' -> {
                return i;
            }
            case 'p' -> {
                return pointer(format, i);
            }
            default -> {
                int longs = 0;
                while (longs < 2 && at(format, i) == 'l') {
                    longs++;
                    i++;
                }
                int c = at(format, i);
                return c != 0 && "diuxX".indexOf(c) >= 0 ? i : -1;
            }
        }
    }

    private static int pointer(byte[] format, int i) {
        int next = at(format, i + 1);
        int after = at(format, i + 2);
        if ((next == 'k' || next == 'u') && after == 's') {
            return i + 2;
        }
        if (next == 0 || space(next) || punctuation(next)) {
            return i;
        }
        if ("KxsSB".indexOf(next) >= 0) {
            return i + 1;
        }
        return (next == 'i' || next == 'I') && (after == '4' || after == '6') ? i + 2 : -1;
    }

    private static int at(byte[] format, int i) {
        return i < format.length ? format[i] : 0;
    }

    private static boolean space(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean punctuation(int c) {
        return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }

    private static boolean printable(int c) {
        return c >= ' ' && c < 127 || space(c);
    }
}
