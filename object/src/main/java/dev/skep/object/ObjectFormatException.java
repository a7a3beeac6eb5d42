package dev.skep.object;

/**
 * A file that is not what it should be: an object, BTF or capture that is truncated, damaged or hostile.
 *
 * <p><em>Errors</em>: the message reads outside-in, {@code file: section .maps: offset 0x20: rule: name=value}; the
 * parts are available one by one. Parsers throw nothing else on bad input.
 */
public final class ObjectFormatException extends Exception {
    private static final long serialVersionUID = 1;

    private final String file;
    private final String section;
    private final long offset;
    private final String rule;

    /**
     * @param file name of the file, "" if the bytes have none
     * @param section name of the section, "" for the file itself
     * @param offset byte offset in the section (or file), -1 if no one place is to blame
     * @param rule what should hold, and the value that does not: {@code max_entries must be a power of two:
     *     max_entries=3000}
     */
    public ObjectFormatException(String file, String section, long offset, String rule) {
        super(text(file, section, offset, rule));
        this.file = file;
        this.section = section;
        this.offset = offset;
        this.rule = rule;
    }

    private static String text(String file, String section, long offset, String rule) {
        StringBuilder s = new StringBuilder();
        if (!file.isEmpty()) {
            s.append(file).append(": ");
        }
        if (!section.isEmpty()) {
            s.append("section ").append(section).append(": ");
        }
        if (offset >= 0) {
            s.append("offset 0x").append(Long.toHexString(offset)).append(": ");
        }
        return s.append(rule).toString();
    }

    public String file() {
        return file;
    }

    public String section() {
        return section;
    }

    public long offset() {
        return offset;
    }

    public String rule() {
        return rule;
    }

    /** The same fault, told of a named file. */
    public ObjectFormatException in(String fileName) {
        return new ObjectFormatException(fileName, section, offset, rule);
    }
}
