package dev.skep.object.isa;

/**
 * Meanings of the source register field of {@link Instruction.LoadImm64}.
 *
 * <p>In a Skep program (after linking) {@code MAP_FD} and {@code MAP_VALUE} carry the map's index in the program's map
 * list, not a file descriptor; the {@code linux} module puts descriptors in their place.
 *
 * <p><em>Source</em>: RFC 9669 section 5.4, Linux uapi/linux/bpf.h.
 */
public final class Pseudo {
    /** A plain 64-bit constant. */
    public static final int CONSTANT = 0;
    /** Address of a map; {@code imm} is its index. */
    public static final int MAP_FD = 1;
    /**
     * Address inside the value of an array map; {@code imm} is the map's index, {@code nextImm} the offset in bytes.
     */
    public static final int MAP_VALUE = 2;
    /** Address of a kernel variable; {@code imm} is its BTF id. */
    public static final int BTF_ID = 3;
    /** Address of a subprogram; {@code imm} is relative like that of a call. */
    public static final int FUNC = 4;
    /** Map by index into the loader's descriptor array. */
    public static final int MAP_IDX = 5;
    /** Map value by index into the loader's descriptor array. */
    public static final int MAP_IDX_VALUE = 6;

    private Pseudo() {}
}
