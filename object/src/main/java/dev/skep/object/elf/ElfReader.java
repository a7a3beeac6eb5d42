package dev.skep.object.elf;

import dev.skep.object.ObjectFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Bytes to {@link ElfFile}: file header, then section headers, then section names, then the symbol table.
 *
 * <p>Every offset is checked against the file before it is used. Names may share bytes, so their total is limited to
 * {@value #NAME_BUDGET} times the length of the file.
 */
final class ElfReader {
    private static final int HEADER = 64;
    private static final int SECTION_HEADER = 64;
    private static final int SYMBOL = 24;
    private static final int MACHINE_BPF = 247;
    private static final int RELOCATABLE = 1;
    private static final int NAME_BUDGET = 8;

    private final String file;
    private final byte[] bytes;
    private final ByteBuffer all;
    private long nameBudget;

    ElfReader(String file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
        this.all = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        this.nameBudget = 4096 + (long) NAME_BUDGET * bytes.length;
    }

    ElfFile read() throws ObjectFormatException {
        readHeader();
        List<ElfSection> unnamed = readSections();
        refuseOverlaps(unnamed);
        List<ElfSection> sections = nameSections(unnamed);
        return new ElfFile(file, all.order(), sections, readSymbols(sections));
    }

    private void readHeader() throws ObjectFormatException {
        require(bytes.length >= HEADER, 0, "file must have an ELF header of 64 bytes: length=" + bytes.length);
        require(all.getInt(0) == 0x7f454c46, 0, "file must begin with the ELF magic");
        require(bytes[4] == 2, 4, "file must be ELF64: class=" + bytes[4]);
        require(bytes[5] == 1 || bytes[5] == 2, 5, "byte order must be little (1) or big (2): data=" + bytes[5]);
        all.order(bytes[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int type = all.getShort(16) & 0xffff;
        int machine = all.getShort(18) & 0xffff;
        require(type == RELOCATABLE, 16, "file must be relocatable: type=" + type);
        // Old compilers left the machine empty.
        require(machine == MACHINE_BPF || machine == 0, 18, "machine must be BPF (247): machine=" + machine);
    }

    private List<ElfSection> readSections() throws ObjectFormatException {
        long table = all.getLong(40);
        int entrySize = all.getShort(58) & 0xffff;
        long count = all.getShort(60) & 0xffff;
        require(table != 0, 40, "file must have a section table");
        require(entrySize == SECTION_HEADER, 58, "section headers must have 64 bytes: shentsize=" + entrySize);
        require(inside(table, SECTION_HEADER), 40, "section table must lie in the file: shoff=" + table);
        if (count == 0) {
            // More than 0xfeff sections: the null section's size field has the number.
            count = all.getLong((int) table + 32);
        }
        require(
                count > 0 && count <= (bytes.length - table) / SECTION_HEADER,
                60,
                "section table must lie in the file: shoff=" + table + " shnum=" + Long.toUnsignedString(count));
        List<ElfSection> out = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            out.add(readSection(i, (int) table + i * SECTION_HEADER));
        }
        return out;
    }

    private ElfSection readSection(int index, int at) throws ObjectFormatException {
        int type = all.getInt(at + 4);
        long offset = all.getLong(at + 24);
        long size = all.getLong(at + 32);
        ByteBuffer contents = ByteBuffer.allocate(0).order(all.order());
        if (type != ElfSection.NULL && type != ElfSection.NOBITS) {
            require(
                    inside(offset, size),
                    at,
                    "section must lie in the file: index=" + index + " offset=" + Long.toUnsignedString(offset)
                            + " size="
                            + Long.toUnsignedString(size));
            contents = all.slice((int) offset, (int) size).order(all.order());
        } else {
            require(size >= 0, at, "section size must be below 2^63: index=" + index);
        }
        return new ElfSection(
                index,
                Integer.toUnsignedString(all.getInt(at)),
                type,
                all.getLong(at + 8),
                offset,
                size,
                all.getInt(at + 40),
                all.getInt(at + 44),
                all.getLong(at + 56),
                contents);
    }

    private void refuseOverlaps(List<ElfSection> sections) throws ObjectFormatException {
        List<ElfSection> inFile = new ArrayList<>(sections);
        inFile.removeIf(s -> !s.contents().hasRemaining());
        inFile.sort(Comparator.comparingLong(ElfSection::offset));
        for (int i = 1; i < inFile.size(); i++) {
            ElfSection a = inFile.get(i - 1);
            ElfSection b = inFile.get(i);
            require(
                    a.offset() + a.size() <= b.offset(),
                    b.offset(),
                    "sections must not overlap: index=" + a.index() + " index=" + b.index());
        }
    }

    private List<ElfSection> nameSections(List<ElfSection> unnamed) throws ObjectFormatException {
        int index = all.getShort(62) & 0xffff;
        if (index == 0xffff) {
            index = unnamed.get(0).link();
        }
        ElfSection names = stringTable(unnamed, index, "section names");
        List<ElfSection> out = new ArrayList<>(unnamed.size());
        for (ElfSection s : unnamed) {
            String name = s.index() == 0 ? "" : string(names, Integer.parseUnsignedInt(s.name()));
            out.add(new ElfSection(
                    s.index(),
                    name,
                    s.type(),
                    s.flags(),
                    s.offset(),
                    s.size(),
                    s.link(),
                    s.info(),
                    s.entrySize(),
                    s.contents()));
        }
        return out;
    }

    private List<ElfSymbol> readSymbols(List<ElfSection> sections) throws ObjectFormatException {
        ElfSection table = null;
        for (ElfSection s : sections) {
            if (s.type() == ElfSection.SYMTAB) {
                require(table == null, s.offset(), "file must have one symbol table: index=" + s.index());
                table = s;
            }
        }
        if (table == null) {
            throw new ObjectFormatException(file, "", -1, "file must have a symbol table");
        }
        require(
                table.entrySize() == SYMBOL && table.size() % SYMBOL == 0,
                table.offset(),
                "symbols must have 24 bytes: entsize=" + table.entrySize() + " size=" + table.size());
        ElfSection names = stringTable(sections, table.link(), "symbol names");
        ByteBuffer data = table.data();
        int count = data.remaining() / SYMBOL;
        List<ElfSymbol> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = i * SYMBOL;
            int info = data.get(at + 4) & 0xff;
            int section = data.getShort(at + 6) & 0xffff;
            require(
                    section < sections.size() || section >= ElfSymbol.FIRST_RESERVED_SECTION,
                    table.offset() + at,
                    "symbol must lie in a section: symbol=" + i + " shndx=" + section);
            out.add(new ElfSymbol(
                    i,
                    string(names, data.getInt(at)),
                    section,
                    data.getLong(at + 8),
                    data.getLong(at + 16),
                    info >> 4,
                    info & 15,
                    data.get(at + 5) & 3));
        }
        return out;
    }

    private ElfSection stringTable(List<ElfSection> sections, int index, String what) throws ObjectFormatException {
        require(
                index > 0 && index < sections.size() && sections.get(index).type() == ElfSection.STRTAB,
                -1,
                what + " must have a string table: index=" + Integer.toUnsignedString(index));
        return sections.get(index);
    }

    private String string(ElfSection table, int offset) throws ObjectFormatException {
        ByteBuffer data = table.data();
        if (offset == 0 && !data.hasRemaining()) {
            return "";
        }
        require(
                offset >= 0 && offset < data.limit(),
                table.offset(),
                "name must lie in its string table: offset=" + Integer.toUnsignedString(offset));
        int start = (int) table.offset() + offset;
        int limit = (int) (table.offset() + table.size());
        int end = start;
        while (end < limit && bytes[end] != 0) {
            end++;
        }
        require(end < limit, start, "name must end with a zero byte");
        nameBudget -= end - start;
        require(nameBudget >= 0, start, "names together must not exceed 8 times the file: length=" + bytes.length);
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private boolean inside(long offset, long size) {
        return offset >= 0 && size >= 0 && offset <= bytes.length && size <= bytes.length - offset;
    }

    private void require(boolean holds, long offset, String rule) throws ObjectFormatException {
        if (!holds) {
            throw new ObjectFormatException(file, "", offset, rule);
        }
    }
}
