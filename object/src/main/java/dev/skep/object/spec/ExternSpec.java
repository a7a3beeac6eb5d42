package dev.skep.object.spec;

/**
 * Something declared {@code extern} in an object, to be supplied by the host.
 *
 * @param name the C name
 * @param kind what it is
 * @param symbol index of the ELF symbol
 * @param weak may stay unresolved
 * @param typeId id of its type in the object's BTF, behind modifiers: a prototype, a variable's type; 0 for kernel
 *     symbols without type
 * @param offset configuration values: bytes into the {@code .kconfig} map
 * @param size configuration values: bytes
 */
public record ExternSpec(
        String name, Kind kind, int symbol, boolean weak, int typeId, int offset, int size, ConfigType configType) {
    /** What an extern stands for. */
    public enum Kind {
        /** A configuration value in {@code .kconfig}. */
        CONFIG,
        /** A kernel function. */
        FUNCTION,
        /** A kernel variable, or the bare address of a kernel symbol. */
        VARIABLE
    }

    /** How a configuration value is written in memory; null for other externs. */
    public enum ConfigType {
        BOOL,
        CHAR,
        SIGNED,
        UNSIGNED,
        TRISTATE,
        TEXT
    }
}
