package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.elf.ElfRelocation;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ObjectFunction.CodeRelocation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions: the symbols of type function in executable sections, with what is to be relocated in each.
 *
 * <p>Functions outside {@code .text} are programs and must be global; functions of {@code .text} are subprograms.
 */
final class FunctionReader {
    private static final int EXEC_OPCODE_CALL = 0x85;
    private static final int LOAD_IMM64 = 0x18;

    private final ObjectParts parts;
    private final List<ObjectFunction> functions = new ArrayList<>();
    private long slotBudget;

    FunctionReader(ObjectParts parts) {
        this.parts = parts;
        for (ElfSection s : parts.code) {
            slotBudget += s.size() / 8 * 2;
        }
    }

    /** Reads the functions, ordered by section and place, without relocations. */
    List<ObjectFunction> read() throws ObjectFormatException {
        Map<Integer, ElfSection> sections = new HashMap<>();
        parts.code.forEach(s -> sections.put(s.index(), s));
        for (ElfSymbol symbol : parts.elf.symbols()) {
            if (symbol.type() == ElfSymbol.TYPE_FUNCTION && sections.containsKey(symbol.section())) {
                functions.add(function(sections.get(symbol.section()), symbol));
            }
        }
        functions.sort(Comparator.comparingInt(ObjectFunction::section).thenComparingInt(ObjectFunction::start));
        return functions;
    }

    private ObjectFunction function(ElfSection section, ElfSymbol symbol) throws ObjectFormatException {
        long offset = symbol.value();
        long size = symbol.size();
        if (size <= 0
                || size % 8 != 0
                || offset < 0
                || offset % 8 != 0
                || offset > section.size()
                || size > section.size() - offset) {
            throw parts.fail(
                    section,
                    offset,
                    "function must lie in the section, in steps of 8 bytes: function=" + symbol.name() + " size="
                            + size);
        }
        boolean isText = section == parts.text;
        if (!isText && symbol.binding() == ElfSymbol.LOCAL) {
            throw parts.fail(section, offset, "program must not be static: function=" + symbol.name());
        }
        slotBudget -= size / 8;
        if (slotBudget < 0) {
            throw parts.fail(section, offset, "functions must not overlap: function=" + symbol.name());
        }
        boolean off = section.name().startsWith("?");
        boolean global = symbol.binding() != ElfSymbol.LOCAL;
        return new ObjectFunction(
                symbol.name(),
                section.index(),
                off ? section.name().substring(1) : section.name(),
                (int) (offset / 8),
                slots(section.data(), (int) offset, (int) (size / 8)),
                global,
                global && symbol.isHidden(),
                !off,
                new ArrayList<>());
    }

    /** Slots in the packing of {@link Slot}, whatever the file's byte order. */
    static long[] slots(ByteBuffer data, int offset, int count) {
        long[] out = new long[count];
        boolean little = data.order() == ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < count; i++) {
            int at = offset + 8 * i;
            if (little) {
                out[i] = data.getLong(at);
            } else {
                int registers = data.get(at + 1) & 0xff;
                out[i] = Slot.of(
                        data.get(at), registers >> 4, registers & 15, data.getShort(at + 2), data.getInt(at + 4));
            }
        }
        return out;
    }

    /** Adds the relocations of one relocation section to the functions they are in. */
    void readRelocations(ElfSection relocations, MapReader maps, List<ExternSpec> externs)
            throws ObjectFormatException {
        ElfSection target = parts.elf.section(relocations.info());
        Map<Integer, Integer> externBySymbol = new HashMap<>();
        for (int i = 0; i < externs.size(); i++) {
            externBySymbol.put(externs.get(i).symbol(), i);
        }
        for (ElfRelocation r : parts.elf.relocations(relocations)) {
            ElfSymbol symbol = parts.elf.symbols().get(r.symbol());
            if (r.offset() < 0 || r.offset() % 8 != 0 || r.offset() >= target.size()) {
                throw parts.fail(relocations, r.offset(), "relocation must be of an instruction");
            }
            ObjectFunction function = at(functions, target.index(), r.offset() / 8);
            if (function != null) {
                int slot = (int) (r.offset() / 8) - function.start();
                function.relocations().add(relocation(relocations, r, symbol, function, slot, maps, externBySymbol));
            }
        }
    }

    /** Puts relocations in order, once all are read. */
    void finish() {
        functions.forEach(f -> f.relocations().sort(Comparator.comparingInt(CodeRelocation::slot)));
    }

    private CodeRelocation relocation(
            ElfSection from,
            ElfRelocation r,
            ElfSymbol symbol,
            ObjectFunction function,
            int slot,
            MapReader maps,
            Map<Integer, Integer> externBySymbol)
            throws ObjectFormatException {
        long insn = function.slots()[slot];
        boolean call = (Slot.opcode(insn) & 0xf7) == EXEC_OPCODE_CALL;
        boolean load = Slot.opcode(insn) == LOAD_IMM64 && slot + 1 < function.slots().length;
        String name = symbol.name().isEmpty() && parts.elf.section(symbol.section()) != null
                ? parts.elf.section(symbol.section()).name()
                : symbol.name();
        if (!call && !load) {
            throw parts.fail(from, r.offset(), "relocation must be of a call or a 64-bit load: symbol=" + name);
        }
        if (symbol.isExtern()) {
            Integer extern = externBySymbol.get(symbol.index());
            if (extern == null) {
                throw parts.fail(from, r.offset(), "extern must be declared: symbol=" + name);
            }
            return call ? new CodeRelocation.ExternCall(slot, extern) : new CodeRelocation.ExternAddress(slot, extern);
        }
        int section = symbol.section();
        boolean inText = parts.text != null && section == parts.text.index();
        if (call) {
            if (Slot.src(insn) != 1 || !inText || symbol.value() % 8 != 0) {
                throw parts.fail(from, r.offset(), "call must be of a subprogram in .text: symbol=" + name);
            }
            return new CodeRelocation.Call(slot, symbol.value());
        }
        boolean code = symbol.type() == ElfSymbol.TYPE_FUNCTION && symbol.binding() != ElfSymbol.LOCAL
                || symbol.type() == ElfSymbol.TYPE_SECTION && symbol.binding() == ElfSymbol.LOCAL;
        if (inText && code) {
            if (symbol.value() % 8 != 0 || Slot.imm(insn) % 8 != 0) {
                throw parts.fail(from, r.offset(), "function address must be a multiple of 8: symbol=" + name);
            }
            return new CodeRelocation.FunctionAddress(slot, symbol.value());
        }
        if (parts.arena != null && section == parts.arena.index() && maps.arena >= 0) {
            return new CodeRelocation.DataAddress(slot, maps.arena, (int) symbol.value());
        }
        Integer map = parts.maps != null && section == parts.maps.index()
                ? maps.byOffset.get(symbol.value())
                : maps.bySection.get(section);
        if (map == null || section == 0) {
            throw parts.fail(
                    from, r.offset(), "relocation must be against a map, global data or a subprogram: symbol=" + name);
        }
        return parts.maps != null && section == parts.maps.index()
                ? new CodeRelocation.MapAddress(slot, map)
                : new CodeRelocation.DataAddress(slot, map, (int) symbol.value());
    }

    /** The function that holds this slot of the section, null if none does; functions must be in order. */
    static ObjectFunction at(List<ObjectFunction> functions, int section, long slot) {
        int low = 0;
        int high = functions.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            ObjectFunction f = functions.get(middle);
            if (f.section() < section || f.section() == section && f.start() <= slot) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        ObjectFunction f = high < 0 ? null : functions.get(low);
        return f != null && f.section() == section && slot >= f.start() && slot < (long) f.start() + f.slots().length
                ? f
                : null;
    }
}
