package dev.skep.object.btf;

import java.util.List;
import java.util.Map;

/**
 * What a {@code .BTF.ext} section says, by the name of the ELF section it is about.
 *
 * <p><em>Units</em>: offsets are bytes from the start of that ELF section. Records keep the order of the file.
 */
public record BtfExt(
        Map<String, List<Function>> functions,
        Map<String, List<Line>> lines,
        Map<String, List<Relocation>> relocations) {
    /** Nothing known. */
    public static final BtfExt EMPTY = new BtfExt(Map.of(), Map.of(), Map.of());

    /** A function starts here. */
    public record Function(int offset, int typeId) {}

    /** Code from here on belongs to this source line. */
    public record Line(int offset, String file, String text, int line, int column) {}

    /**
     * A CO-RE relocation.
     *
     * @param typeId the local type at the root of the access
     * @param access numbers joined by colons: member or element indexes, an enumerator's index, or {@code 0}
     * @param kind number of the relocation kind, see {@code dev.skep.object.core}
     */
    public record Relocation(int offset, int typeId, String access, int kind) {}
}
