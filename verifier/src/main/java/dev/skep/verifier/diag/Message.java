package dev.skep.verifier.diag;

/**
 * The verifier's messages: a pattern and its values. Knows only what messages use, the same in every locale and without
 * the start-up cost of {@link java.util.Formatter}: {@code %d} and {@code %s} for a value as it is, {@code %x} and
 * {@code %02x} for an unsigned int.
 */
public final class Message {
    private Message() {}

    /** The text; a pattern with fewer values than places, or with another conversion, is a fault of the caller. */
    public static String of(String pattern, Object... values) {
        StringBuilder text = new StringBuilder(pattern.length() + 16 * values.length);
        int used = 0;
        int from = 0;
        for (int at = pattern.indexOf('%'); at >= 0; at = pattern.indexOf('%', from)) {
            text.append(pattern, from, at);
            if (pattern.startsWith("02x", at + 1)) {
                String digits = hex(values[used++]);
                text.append(digits.length() < 2 ? "0" : "").append(digits);
                from = at + 4;
                continue;
            }
            switch (pattern.charAt(at + 1)) {
                case 'd', 's' -> text.append(values[used++]);
                case 'x' -> text.append(hex(values[used++]));
                default -> throw new IllegalArgumentException("unknown conversion: pattern=" + pattern);
            }
            from = at + 2;
        }
        return text.append(pattern, from, pattern.length()).toString();
    }

    private static String hex(Object number) {
        return Integer.toHexString(((Number) number).intValue());
    }
}
