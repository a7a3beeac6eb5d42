package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.elf.ElfRelocation;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import dev.skep.object.uapi.MapType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All maps of an object, in the order in which libbpf numbers them: declared in {@code .maps}, global data by section,
 * {@code .kconfig}, struct_ops.
 */
final class MapReader {
    private static final int MAX_SLOTS = 1 << 16;

    final List<MapSpec> maps = new ArrayList<>();
    /** Declared maps by their offset in {@code .maps}. */
    final Map<Long, Integer> byOffset = new HashMap<>();
    /** Global-data maps by section index. */
    final Map<Integer, Integer> bySection = new HashMap<>();
    /** Where struct_ops maps lie: parallel to the maps from {@link #firstStructOps} on. */
    final List<StructOpsPlace> structOps = new ArrayList<>();

    int firstStructOps;
    int kconfig = -1;
    int arena = -1;

    private final ObjectParts parts;
    private final Btf btf;
    private final List<BtfType.SectionVariable> declared = new ArrayList<>();
    private final Map<Integer, List<String>> slots = new TreeMap<>();

    /** A struct_ops variable: {@code offset} bytes into a section, of a struct type. */
    record StructOpsPlace(ElfSection section, long offset, int typeId, BtfType.Struct type) {}

    MapReader(ObjectParts parts, Btf btf) {
        this.parts = parts;
        this.btf = btf;
    }

    void read(List<ExternSpec> externs) throws ObjectFormatException {
        if (parts.maps != null) {
            readDeclared();
        }
        readArena();
        for (ElfSection s : parts.data) {
            bySection.put(s.index(), maps.size());
            maps.add(globalData(s.name(), s.size(), s.bytes(), s.name().startsWith(".rodata")));
        }
        int size = 0;
        for (ExternSpec e : externs) {
            size = e.kind() == ExternSpec.Kind.CONFIG ? Math.max(size, e.offset() + e.size()) : size;
        }
        if (size > 0) {
            kconfig = maps.size();
            maps.add(globalData(".kconfig", size, new byte[0], true));
        }
        firstStructOps = maps.size();
        for (ElfSection s : parts.structOps) {
            readStructOps(s);
        }
    }

    private void readDeclared() throws ObjectFormatException {
        int id = btf.find(".maps", BtfType.DataSection.class);
        if (id < 0) {
            throw parts.fail(".BTF", "section .maps must have a type");
        }
        for (BtfType.SectionVariable v : ((BtfType.DataSection) btf.type(id)).variables()) {
            long end = Integer.toUnsignedLong(v.offset()) + Integer.toUnsignedLong(v.size());
            if (!(btf.type(v.type()) instanceof BtfType.Variable variable)
                    || variable.name().isEmpty()) {
                throw parts.fail(".maps", "map must be a variable: id=" + v.type());
            }
            String name = variable.name();
            if (end > parts.maps.size()) {
                throw parts.fail(".maps", "map " + name + ": map must lie in the section: end=" + end);
            }
            if (variable.linkage() != BtfType.Linkage.GLOBAL) {
                throw parts.fail(".maps", "map " + name + ": map must be global: linkage=" + variable.linkage());
            }
            if (!(btf.resolved(variable.type()) instanceof BtfType.Struct definition)
                    || definition.isUnion()
                    || Integer.compareUnsigned(definition.size(), v.size()) > 0) {
                throw parts.fail(".maps", "map " + name + ": map must be a struct of the variable's size");
            }
            byOffset.putIfAbsent(Integer.toUnsignedLong(v.offset()), maps.size());
            declared.add(v);
            maps.add(MapDefinitionReader.read(parts, btf, name, definition));
        }
    }

    private void readArena() throws ObjectFormatException {
        for (int i = 0; i < maps.size(); i++) {
            if (maps.get(i).type() == MapType.ARENA) {
                if (arena >= 0) {
                    throw parts.fail(
                            ".maps",
                            "object must have one arena: map=" + maps.get(i).name());
                }
                arena = i;
            }
        }
        if (parts.arena == null) {
            return;
        }
        if (arena < 0) {
            throw parts.fail(parts.arena, -1, "arena variables must have an arena map in .maps");
        }
        MapSpec map = maps.get(arena);
        if (parts.arena.size() > Integer.toUnsignedLong(map.maxEntries()) * 4096) {
            throw parts.fail(parts.arena, -1, "arena must hold its variables: size=" + parts.arena.size());
        }
        maps.set(arena, map.withContents(parts.arena.bytes()));
    }

    private MapSpec globalData(String name, long size, byte[] contents, boolean readOnly) throws ObjectFormatException {
        if (size > Integer.MAX_VALUE) {
            throw parts.fail(name, "global data must stay below 2 GiB: size=" + Long.toUnsignedString(size));
        }
        List<Integer> ids = btf.findAll(name);
        int typeId = ids.isEmpty() ? 0 : ids.get(0);
        int flags = readOnly ? MapSpec.F_RDONLY_PROG : 0;
        if (btf.type(typeId) instanceof BtfType.DataSection section) {
            boolean shared = section.variables().stream()
                    .anyMatch(v ->
                            btf.type(v.type()) instanceof BtfType.Variable x && x.linkage() != BtfType.Linkage.STATIC);
            flags |= shared ? MapSpec.F_MMAPABLE : 0;
        }
        return new MapSpec(
                name,
                MapType.ARRAY,
                MapType.ARRAY.id(),
                4,
                (int) size,
                1,
                flags,
                0,
                null,
                btf,
                0,
                typeId,
                contents,
                readOnly,
                0,
                0,
                "",
                List.of());
    }

    private void readStructOps(ElfSection s) throws ObjectFormatException {
        int id = btf.find(s.name(), BtfType.DataSection.class);
        if (id < 0) {
            throw parts.fail(".BTF", "section must have a type: section=" + s.name());
        }
        for (BtfType.SectionVariable v : ((BtfType.DataSection) btf.type(id)).variables()) {
            int variable = v.type();
            int typeId = btf.type(variable) instanceof BtfType.Variable x ? btf.resolve(x.type()) : 0;
            if (!(btf.type(typeId) instanceof BtfType.Struct type)
                    || type.isUnion()
                    || type.name().isEmpty()) {
                throw parts.fail(s, v.offset(), "variable must be a struct with a name: id=" + variable);
            }
            long from = Integer.toUnsignedLong(v.offset());
            if (from + Integer.toUnsignedLong(type.size()) > s.size()) {
                throw parts.fail(s, from, "variable must lie in the section: size=" + type.size());
            }
            byte[] contents = new byte[type.size()];
            s.data().get((int) from, contents);
            int flags = s.name().endsWith(".link") ? MapSpec.F_LINK : 0;
            structOps.add(new StructOpsPlace(s, from, typeId, type));
            maps.add(new MapSpec(
                    btf.type(variable).name(),
                    MapType.STRUCT_OPS,
                    MapType.STRUCT_OPS.id(),
                    4,
                    type.size(),
                    1,
                    flags,
                    0,
                    null,
                    btf,
                    0,
                    typeId,
                    contents,
                    false,
                    0,
                    0,
                    Btf.essentialName(type.name()),
                    Collections.nCopies(type.members().size(), "")));
        }
    }

    /** Fills in the declared values of prog arrays and maps of maps. */
    void readSlots(ElfSection relocations, List<UnlinkedProgram> programs) throws ObjectFormatException {
        Set<String> programNames = new HashSet<>();
        programs.forEach(p -> programNames.add(p.name()));
        Set<String> mapNames = new HashSet<>();
        maps.subList(0, declared.size()).forEach(m -> mapNames.add(m.name()));
        TreeMap<Long, Integer> places = new TreeMap<>(byOffset);
        for (ElfRelocation r : parts.elf.relocations(relocations)) {
            ElfSymbol symbol = parts.elf.symbols().get(r.symbol());
            int index = declaredAt(places, r.offset());
            if (index < 0) {
                throw parts.fail(relocations, r.offset(), "relocation must lie in a map");
            }
            MapSpec map = maps.get(index);
            BtfType.SectionVariable v = declared.get(index);
            BtfType.Struct definition = (BtfType.Struct) btf.resolved(((BtfType.Variable) btf.type(v.type())).type());
            BtfType.Member last =
                    definition.members().isEmpty() ? null : definition.members().getLast();
            boolean progArray = map.type() == MapType.PROG_ARRAY;
            boolean mapOfMaps = map.type() == MapType.ARRAY_OF_MAPS || map.type() == MapType.HASH_OF_MAPS;
            if (last == null || !last.name().equals("values") || !progArray && !mapOfMaps) {
                throw parts.fail(relocations, r.offset(), "map " + map.name() + ": map must have values");
            }
            boolean known = progArray
                    ? programNames.contains(symbol.name())
                    : symbol.section() == parts.maps.index() && mapNames.contains(symbol.name());
            if (!known || map.type() == MapType.HASH_OF_MAPS && map.keySize() != 4) {
                throw parts.fail(
                        relocations,
                        r.offset(),
                        "map " + map.name() + ": value must be a " + (progArray ? "program" : "map")
                                + " of this object: value=" + symbol.name());
            }
            long place = r.offset() - v.offset() - last.offsetBits() / 8;
            if (place < 0 || place % 8 != 0 || place / 8 >= MAX_SLOTS) {
                throw parts.fail(relocations, r.offset(), "map " + map.name() + ": relocation must lie in a value");
            }
            setSlot(index, (int) (place / 8), symbol.name());
        }
    }

    private int declaredAt(TreeMap<Long, Integer> places, long offset) {
        Map.Entry<Long, Integer> below = places.floorEntry(offset);
        if (below == null) {
            return -1;
        }
        BtfType.SectionVariable v = declared.get(below.getValue());
        return offset + 8 <= below.getKey() + Integer.toUnsignedLong(v.size()) ? below.getValue() : -1;
    }

    void setSlot(int map, int slot, String target) {
        List<String> list =
                slots.computeIfAbsent(map, m -> new ArrayList<>(maps.get(m).slots()));
        while (list.size() <= slot) {
            list.add("");
        }
        list.set(slot, target);
    }

    /** Puts the declared values into the maps, once all relocations are read. */
    void finish() {
        slots.forEach((map, list) -> maps.set(map, withSlots(maps.get(map), list)));
    }

    private static MapSpec withSlots(MapSpec map, List<String> slots) {
        return new MapSpec(
                map.name(),
                map.type(),
                map.typeId(),
                map.keySize(),
                map.valueSize(),
                map.maxEntries(),
                map.flags(),
                map.mapExtra(),
                map.inner(),
                map.btf(),
                map.keyTypeId(),
                map.valueTypeId(),
                map.contents(),
                map.frozen(),
                map.pinning(),
                map.numaNode(),
                map.structOpsTypeName(),
                List.copyOf(slots));
    }
}
