package dev.skep.object.elf;

import dev.skep.object.ObjectFormatException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A relocatable ELF64 file for the BPF machine: its sections, symbols and relocations.
 *
 * <p><em>Shape</em>: sections by index, section 0 is the null section; symbols by index, symbol 0 is the null symbol.
 * Both byte orders are read; {@link #order()} tells which.
 *
 * <p><em>Errors</em>: {@link #read} throws {@link ObjectFormatException} on files of another kind, and on anything
 * that points outside the file. Sections that overlap are refused, so that all of them together are never larger than
 * the file.
 *
 * <p><em>Source</em>: System V ABI, chapters 4 and 5; machine number 247 (EM_BPF).
 */
public final class ElfFile {
    private final String name;
    private final ByteOrder order;
    private final List<ElfSection> sections;
    private final List<ElfSymbol> symbols;

    ElfFile(String name, ByteOrder order, List<ElfSection> sections, List<ElfSymbol> symbols) {
        this.name = name;
        this.order = order;
        this.sections = List.copyOf(sections);
        this.symbols = List.copyOf(symbols);
    }

    /** Reads a file; {@code bytes} must not change afterwards. */
    public static ElfFile read(String name, byte[] bytes) throws ObjectFormatException {
        return new ElfReader(name, bytes).read();
    }

    public String name() {
        return name;
    }

    public ByteOrder order() {
        return order;
    }

    public List<ElfSection> sections() {
        return sections;
    }

    public List<ElfSymbol> symbols() {
        return symbols;
    }

    /** The section with this index, null if there is none. */
    public ElfSection section(int index) {
        return index >= 0 && index < sections.size() ? sections.get(index) : null;
    }

    /** The first section with this name, null if there is none. */
    public ElfSection section(String sectionName) {
        for (ElfSection section : sections) {
            if (section.index() != 0 && section.name().equals(sectionName)) {
                return section;
            }
        }
        return null;
    }

    /** The relocations that a section of type {@link ElfSection#REL} holds, in file order. */
    public List<ElfRelocation> relocations(ElfSection rel) throws ObjectFormatException {
        if (rel.type() != ElfSection.REL || rel.entrySize() != 16 || rel.size() % 16 != 0) {
            throw new ObjectFormatException(
                    name,
                    rel.name(),
                    -1,
                    "relocation section must have entries of 16 bytes: entsize=" + rel.entrySize() + " size="
                            + rel.size());
        }
        var data = rel.data();
        List<ElfRelocation> out = new ArrayList<>(data.remaining() / 16);
        while (data.remaining() >= 16) {
            long offset = data.getLong();
            long info = data.getLong();
            int symbol = (int) (info >>> 32);
            if (symbol < 0 || symbol >= symbols.size()) {
                throw new ObjectFormatException(
                        name,
                        rel.name(),
                        data.position() - 16,
                        "relocation must name a symbol: symbol=" + Integer.toUnsignedString(symbol));
            }
            out.add(new ElfRelocation(offset, (int) info, symbol));
        }
        return out;
    }
}
