package dev.skep.object.elf;

/**
 * One symbol of an {@link ElfFile}.
 *
 * @param section index of the section it lies in, or one of the special indexes (0 undefined, from 0xff00 on reserved)
 * @param value offset in the section, in bytes
 */
public record ElfSymbol(
        int index, String name, int section, long value, long size, int binding, int type, int visibility) {
    public static final int LOCAL = 0;
    public static final int GLOBAL = 1;
    public static final int WEAK = 2;
    public static final int TYPE_NONE = 0;
    public static final int TYPE_OBJECT = 1;
    public static final int TYPE_FUNCTION = 2;
    public static final int TYPE_SECTION = 3;
    public static final int FIRST_RESERVED_SECTION = 0xff00;

    /**
     * Not defined here, but wanted: what BPF programs use for kernel functions, kernel variables and configuration
     * values.
     */
    public boolean isExtern() {
        return section == 0 && (binding == GLOBAL || binding == WEAK) && type == TYPE_NONE;
    }

    /** Hidden or internal visibility. */
    public boolean isHidden() {
        return visibility == 1 || visibility == 2;
    }
}
