package dev.skep.object.elf;

import java.nio.ByteBuffer;

/**
 * One section of an {@link ElfFile}.
 *
 * <p><em>Units</em>: {@code offset} and {@code size} are bytes. A section without bytes in the file ({@code NOBITS})
 * has a size all the same; its {@link #data()} is empty. {@link #data()} is a read-only view in the file's byte order:
 * nothing is copied.
 *
 * <p><em>Source</em>: System V ABI, chapter 4, sections.
 */
public record ElfSection(
        int index,
        String name,
        int type,
        long flags,
        long offset,
        long size,
        int link,
        int info,
        long entrySize,
        ByteBuffer contents) {
    public static final int NULL = 0;
    public static final int PROGBITS = 1;
    public static final int SYMTAB = 2;
    public static final int STRTAB = 3;
    public static final int RELA = 4;
    public static final int NOBITS = 8;
    public static final int REL = 9;
    public static final long FLAG_EXEC = 4;

    /** The bytes, position 0, in the file's byte order. */
    public ByteBuffer data() {
        return contents.duplicate().order(contents.order());
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        byte[] out = new byte[contents.remaining()];
        contents.duplicate().get(out);
        return out;
    }

    public boolean isExecutable() {
        return (flags & FLAG_EXEC) != 0;
    }
}
