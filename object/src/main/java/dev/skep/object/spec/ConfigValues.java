package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The contents of a {@code .kconfig} map: configuration values of the target kernel, and three that a loader makes up.
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} for a value that does not fit its type, and for one that is
 * missing and not weak.
 */
final class ConfigValues {
    private final ObjectSpec object;
    private final LinkOptions options;
    private final ByteBuffer out;

    private ConfigValues(ObjectSpec object, LinkOptions options, int size) {
        this.object = object;
        this.options = options;
        this.out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] bytes(ObjectSpec object, LinkOptions options, int size) throws ObjectFormatException {
        ConfigValues values = new ConfigValues(object, options, size);
        for (ExternSpec e : object.externs()) {
            if (e.kind() == ExternSpec.Kind.CONFIG) {
                values.put(e);
            }
        }
        return values.out.array();
    }

    private void put(ExternSpec e) throws ObjectFormatException {
        Map<String, Long> made = Map.of(
                "LINUX_KERNEL_VERSION", (long) options.kernelVersion(),
                "LINUX_HAS_BPF_COOKIE", 1L,
                "LINUX_HAS_SYSCALL_WRAPPER", 1L);
        Long number = made.get(e.name());
        String text = options.config().getOrDefault(e.name(), LinkOptions.DEFAULT_CONFIG.get(e.name()));
        if (number != null) {
            putNumber(e, options.config().containsKey(e.name()) ? parse(e, text) : number);
        } else if (text == null || text.isEmpty() || !e.name().startsWith("CONFIG_")) {
            if (!e.weak()) {
                throw fail(e, "configuration value must be known, or be weak");
            }
        } else if (text.equals("y") || text.equals("n") || text.equals("m")) {
            putState(e, text.charAt(0));
        } else if (text.startsWith("\"")) {
            putText(e, text);
        } else {
            putNumber(e, parse(e, text));
        }
    }

    private void putState(ExternSpec e, char state) throws ObjectFormatException {
        switch (e.configType()) {
            case BOOL -> {
                if (state == 'm') {
                    throw fail(e, "bool must be y or n: value=m");
                }
                out.put(e.offset(), (byte) (state == 'y' ? 1 : 0));
            }
            case TRISTATE -> out.putInt(e.offset(), state == 'y' ? 1 : state == 'm' ? 2 : 0);
            case CHAR -> out.put(e.offset(), (byte) state);
            case SIGNED, UNSIGNED, TEXT -> throw fail(e, "y, n or m must be a bool, char or tristate: value=" + state);
        }
    }

    private void putText(ExternSpec e, String quoted) throws ObjectFormatException {
        if (e.configType() != ExternSpec.ConfigType.TEXT || quoted.length() < 2 || !quoted.endsWith("\"")) {
            throw fail(e, "text must be a char array: value=" + quoted);
        }
        byte[] bytes = quoted.substring(1, quoted.length() - 1).getBytes(StandardCharsets.UTF_8);
        out.put(e.offset(), bytes, 0, Math.min(bytes.length, e.size() - 1));
    }

    private void putNumber(ExternSpec e, long value) throws ObjectFormatException {
        boolean fits = switch (e.configType()) {
            case BOOL -> value == 0 || value == 1;
            case SIGNED -> e.size() == 8 || value >= -(1L << e.size() * 8 - 1) && value < 1L << e.size() * 8 - 1;
            case CHAR, UNSIGNED -> e.size() == 8 || value >>> e.size() * 8 == 0;
            case TRISTATE, TEXT -> false;
        };
        if (!fits) {
            throw fail(e, "number must fit its type: value=" + value);
        }
        switch (e.size()) {
            case 1 -> out.put(e.offset(), (byte) value);
            case 2 -> out.putShort(e.offset(), (short) value);
            case 4 -> out.putInt(e.offset(), (int) value);
            default -> out.putLong(e.offset(), value);
        }
    }

    private long parse(ExternSpec e, String text) throws ObjectFormatException {
        try {
            String digits = text.startsWith("-") ? text.substring(1) : text;
            long value = digits.startsWith("0x") || digits.startsWith("0X")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : digits.length() > 1 && digits.startsWith("0")
                            ? Long.parseUnsignedLong(digits, 8)
                            : Long.parseUnsignedLong(digits);
            return digits == text ? value : -value;
        } catch (NumberFormatException _) {
            throw fail(e, "value must be a number: value=" + text);
        }
    }

    private ObjectFormatException fail(ExternSpec e, String rule) {
        return new ObjectFormatException(object.name(), ".kconfig", -1, e.name() + ": " + rule);
    }
}
