package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Linkage;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Completes the data sections in the object's types: compilers leave their sizes and the offsets of global variables
 * empty, the ELF symbols have them. Hidden variables become static. Variables are sorted by offset.
 */
final class DataSectionTypes {
    private final ObjectParts parts;
    private final Map<String, ElfSymbol> symbols = new HashMap<>();

    DataSectionTypes(ObjectParts parts) {
        this.parts = parts;
        for (ElfSymbol s : parts.elf.symbols()) {
            if (s.type() == ElfSymbol.TYPE_OBJECT
                    && (s.binding() == ElfSymbol.GLOBAL || s.binding() == ElfSymbol.WEAK)) {
                symbols.putIfAbsent(s.name(), s);
            }
        }
    }

    void complete() throws ObjectFormatException {
        for (int i = 0; i < parts.types.size(); i++) {
            if (parts.types.get(i) instanceof BtfType.DataSection section) {
                parts.types.set(i, complete(section));
            }
        }
    }

    private BtfType complete(BtfType.DataSection section) throws ObjectFormatException {
        List<BtfType.SectionVariable> out = new ArrayList<>(section.variables());
        int size = section.size();
        if (!section.name().equals(".kconfig") && !section.name().equals(".ksyms")) {
            boolean fill = size == 0;
            if (fill) {
                size = elfSize(section.name());
            }
            for (int i = 0; i < out.size(); i++) {
                out.set(i, complete(section, out.get(i), fill));
            }
        }
        out.sort(Comparator.comparingInt(BtfType.SectionVariable::offset));
        return new BtfType.DataSection(section.name(), size, List.copyOf(out));
    }

    private BtfType.SectionVariable complete(BtfType.DataSection section, BtfType.SectionVariable v, boolean fill)
            throws ObjectFormatException {
        if (!(parts.type(v.type()) instanceof BtfType.Variable variable)) {
            throw parts.fail(".BTF", "data section must hold variables: section=" + section.name() + " id=" + v.type());
        }
        if (variable.linkage() != Linkage.GLOBAL) {
            return v;
        }
        ElfSymbol symbol = symbols.get(variable.name());
        if (symbol == null) {
            throw parts.fail(".BTF", "global variable must have a symbol: variable=" + variable.name());
        }
        if (symbol.isHidden()) {
            parts.types.set(v.type() - 1, new BtfType.Variable(variable.name(), variable.type(), Linkage.STATIC));
        }
        return fill ? new BtfType.SectionVariable(v.type(), (int) symbol.value(), v.size()) : v;
    }

    private int elfSize(String name) throws ObjectFormatException {
        ElfSection section = parts.elf.section(name);
        if (section == null || section.size() == 0 || section.size() > Integer.MAX_VALUE) {
            throw parts.fail(".BTF", "data section must be in the file: section=" + name);
        }
        return (int) section.size();
    }
}
