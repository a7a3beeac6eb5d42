package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.btf.BtfType;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfRelocation;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import dev.skep.object.spec.ObjectLayout.StructOpsMember;
import dev.skep.object.uapi.ProgramType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes of a BPF object file to {@link ObjectSpec}. What libbpf opens this opens, with the same programs and maps;
 * what libbpf refuses to open this refuses.
 *
 * <ol>
 *   <li>Sort the sections, read the types.
 *   <li>Find the functions, the externs, and complete the data sections' types.
 *   <li>Make the maps.
 *   <li>Read the relocations of maps, struct_ops values and code.
 * </ol>
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} for any file that is not a sound BPF object; nothing else, and no
 * allocation beyond {@link #MEMORY_MULTIPLE} times the file's length and a fixed few megabytes.
 */
public final class ObjectReader {
    /** The most bytes that reading allocates per byte of the file, whatever the file says of itself. */
    public static final int MEMORY_MULTIPLE = 200;

    private final ObjectParts parts;

    private ObjectReader(ObjectParts parts) {
        this.parts = parts;
    }

    /** Reads an object; {@code name} is the file's base name, and {@code bytes} must not change afterwards. */
    public static ObjectSpec read(String name, byte[] bytes) throws ObjectFormatException {
        return new ObjectReader(new ObjectParts(ElfFile.read(name, bytes))).read();
    }

    private ObjectSpec read() throws ObjectFormatException {
        FunctionReader functionReader = new FunctionReader(parts);
        List<ObjectFunction> functions = functionReader.read();
        List<ExternSpec> externs = new ExternReader(parts).read();
        new DataSectionTypes(parts).complete();
        makeHiddenFunctionsStatic(functions);
        Btf btf = new Btf(null, parts.types);
        MapReader maps = new MapReader(parts, btf);
        maps.read(externs);
        Map<ObjectFunction, StructOpsMember> structOps = new HashMap<>();
        for (ElfSection s : parts.relocations) {
            ElfSection target = parts.elf.section(s.info());
            if (target == null) {
                throw parts.fail(s, -1, "relocations must be of a section: info=" + s.info());
            }
            if (ObjectParts.isStructOps(target.name())) {
                readStructOps(s, maps, functions, structOps);
            } else if (target == parts.maps) {
                maps.readSlots(s, programs(functions, structOps));
            } else if (parts.isCode(target)) {
                functionReader.readRelocations(s, maps, externs);
            }
        }
        maps.finish();
        functionReader.finish();
        boolean loadable = isLoadable(btf);
        BtfExt ext = loadable ? parts.ext : new BtfExt(Map.of(), Map.of(), parts.ext.relocations());
        ObjectLayout layout = new ObjectLayout(
                parts.elf.order() == ByteOrder.BIG_ENDIAN,
                List.copyOf(functions),
                externs,
                List.copyOf(maps.maps),
                btf,
                parts.local,
                loadable ? btf : Btf.EMPTY,
                ext,
                parts.text == null ? -1 : parts.text.index(),
                Map.copyOf(structOps),
                maps.kconfig,
                new MapCache());
        return new ObjectSpec(parts.elf.name(), maps.maps, programs(functions, structOps), parts.license, layout);
    }

    /**
     * The kernel refuses types in which a function's parameter has no name. Loaders then go on without types, so that
     * logs have no source lines and every subprogram is checked in its callers' context.
     */
    private static boolean isLoadable(Btf btf) {
        for (int id = 1; id < btf.size(); id++) {
            if (btf.type(id) instanceof BtfType.Function f
                    && btf.type(f.type()) instanceof BtfType.FunctionProto p
                    && p.parameters().stream()
                            .anyMatch(a -> a.type() != 0 && a.name().isEmpty())) {
                return false;
            }
        }
        return true;
    }

    private void makeHiddenFunctionsStatic(List<ObjectFunction> functions) {
        for (ObjectFunction f : functions) {
            int id = f.hidden() ? parts.local.find(f.name(), BtfType.Function.class) : -1;
            if (id > 0 && parts.type(id) instanceof BtfType.Function type) {
                parts.types.set(id - 1, new BtfType.Function(type.name(), type.type(), BtfType.Linkage.STATIC));
            }
        }
    }

    private List<UnlinkedProgram> programs(
            List<ObjectFunction> functions, Map<ObjectFunction, StructOpsMember> structOps) {
        List<UnlinkedProgram> out = new ArrayList<>();
        for (ObjectFunction f : functions) {
            if (parts.text == null || f.section() != parts.text.index()) {
                SectionNames.Meaning meaning = SectionNames.meaning(f.sectionName());
                StructOpsMember member = structOps.get(f);
                String target = member != null ? member.member() : SectionNames.target(f.sectionName(), meaning);
                out.add(new UnlinkedProgram(
                        f.name(),
                        f.sectionName(),
                        meaning.type(),
                        meaning.attachType(),
                        target,
                        meaning.flags(),
                        f.slots().length,
                        f.autoload()));
            }
        }
        return out;
    }

    /** Pointers in struct_ops values: each names the program that fills a member. */
    private void readStructOps(
            ElfSection relocations,
            MapReader maps,
            List<ObjectFunction> functions,
            Map<ObjectFunction, StructOpsMember> structOps)
            throws ObjectFormatException {
        for (ElfRelocation r : parts.elf.relocations(relocations)) {
            ElfSymbol symbol = parts.elf.symbols().get(r.symbol());
            int index = structOpsAt(maps, relocations.info(), r.offset());
            if (index < 0) {
                throw parts.fail(relocations, r.offset(), "relocation must lie in a struct_ops variable");
            }
            MapReader.StructOpsPlace place = maps.structOps.get(index);
            int member = memberAt(place.type(), (r.offset() - place.offset()) * 8);
            if (member < 0
                    || !isFunctionPointer(place.type().members().get(member).type())) {
                throw parts.fail(
                        relocations,
                        r.offset(),
                        "relocation must be of a function pointer: struct="
                                + place.type().name());
            }
            ObjectFunction function =
                    symbol.value() % 8 == 0 ? FunctionReader.at(functions, symbol.section(), symbol.value() / 8) : null;
            if (function == null || SectionNames.meaning(function.sectionName()).type() != ProgramType.STRUCT_OPS) {
                throw parts.fail(
                        relocations,
                        r.offset(),
                        "function pointer must name a struct_ops program: symbol=" + symbol.name());
            }
            String name = place.type().members().get(member).name();
            structOps.putIfAbsent(
                    function, new StructOpsMember(Btf.essentialName(place.type().name()), name));
            maps.setSlot(maps.firstStructOps + index, member, function.name());
        }
    }

    private static int structOpsAt(MapReader maps, int section, long offset) {
        for (int i = 0; i < maps.structOps.size(); i++) {
            MapReader.StructOpsPlace p = maps.structOps.get(i);
            if (p.section().index() == section
                    && offset >= p.offset()
                    && offset - p.offset() < Integer.toUnsignedLong(p.type().size())) {
                return i;
            }
        }
        return -1;
    }

    private static int memberAt(BtfType.Struct type, long offsetBits) {
        for (int i = 0; i < type.members().size(); i++) {
            if (type.members().get(i).offsetBits() == offsetBits) {
                return i;
            }
        }
        return -1;
    }

    private boolean isFunctionPointer(int typeId) {
        return parts.local.resolved(typeId) instanceof BtfType.Pointer p
                && parts.local.resolved(p.type()) instanceof BtfType.FunctionProto;
    }
}
