package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.BtfType;
import dev.skep.object.core.CoreRelocator;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ObjectFunction.CodeRelocation;
import dev.skep.object.uapi.AttachType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Links one program of an object: what libbpf does between opening an object and giving a program to the kernel.
 *
 * <ol>
 *   <li>Apply CO-RE relocations to the main function and, as they come in, to its subprograms.
 *   <li>Append subprograms ({@link LinkedCode}) and the exception callback, if there is one.
 *   <li>Relocate maps, global data and externs; number the maps by first use.
 *   <li>Find the attach target in the kernel's types.
 * </ol>
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} for relocations that contradict the code, for ambiguous CO-RE
 * relocations, and for externs that are not weak and not in the target. Weak externs and CO-RE relocations that the
 * target cannot satisfy leave an instruction that the verifier refuses if it is ever reached; {@link
 * ProgramSpec#unresolved()} names them.
 */
public final class Linker {
    /** Call number that stands for an unresolved kernel function: this plus the extern's index. */
    public static final int POISONED_KFUNC = 2_002_000_000;

    private final ObjectSpec object;
    private final ObjectLayout layout;
    private final LinkOptions options;
    private final ExternResolver externs;
    private final List<MapSpec> objectMaps;
    private final List<MapSpec> maps = new ArrayList<>();
    private final Map<Integer, Integer> mapNumbers = new LinkedHashMap<>();
    private final Map<Integer, String> kfuncs = new LinkedHashMap<>();
    private final Map<Integer, String> unresolved = new LinkedHashMap<>();
    private final Map<Integer, String> poisoned = new LinkedHashMap<>();
    private LinkedCode code;

    private Linker(ObjectSpec object, LinkOptions options) throws ObjectFormatException {
        this.object = object;
        this.layout = object.layout();
        this.options = options;
        this.externs = new ExternResolver(object, options);
        this.objectMaps = layout.cache().maps(object, options);
    }

    /**
     * Links a program of {@link ObjectSpec#programs()}. Programs linked under equal options share their {@link
     * MapSpec}s.
     */
    public static ProgramSpec link(ObjectSpec object, UnlinkedProgram program, LinkOptions options)
            throws ObjectFormatException {
        return new Linker(object, options).link(program);
    }

    private ProgramSpec link(UnlinkedProgram program) throws ObjectFormatException {
        if (layout.bigEndian()) {
            throw new ObjectFormatException(object.name(), "", 5, "program must be little-endian to be linked");
        }
        ObjectFunction main = function(program);
        code = new LinkedCode(object, new CoreFixups(object, options.target()));
        code.add(main);
        ObjectFunction callback = code.exceptionCallback(main);
        if (callback != null) {
            code.add(callback);
        }
        List<LinkedCode.Placed> inOrder = new ArrayList<>(code.relocations());
        inOrder.sort((a, b) -> Integer.compare(a.slot(), b.slot()));
        for (LinkedCode.Placed r : inOrder) {
            relocate(r.slot(), r.relocation());
        }
        code.poisoned().forEach((slot, path) -> {
            poisoned.put(slot, path);
            unresolved.putIfAbsent(CoreRelocator.POISON, path);
        });
        AttachTargets.Target target =
                AttachTargets.find(options.target(), program, layout.structOps().get(main));
        boolean usdt = SectionNames.meaning(program.section()).usdt();
        return new ProgramSpec(
                object.name(),
                program.name(),
                program.section(),
                program.type(),
                usdt ? AttachType.TRACE_UPROBE_MULTI : program.attachType(),
                program.attachTarget(),
                target.btfId(),
                target.member(),
                program.flags(),
                object.license(),
                BpfCode.of(Arrays.copyOf(code.slots(), code.size())),
                program.insns(),
                List.copyOf(maps),
                layout.programTypes(),
                List.copyOf(code.functions()),
                List.copyOf(code.lines()),
                Map.copyOf(kfuncs),
                Map.copyOf(unresolved),
                Map.copyOf(poisoned));
    }

    private ObjectFunction function(UnlinkedProgram program) {
        for (ObjectFunction f : layout.functions()) {
            if (f.section() != layout.textSection()
                    && f.name().equals(program.name())
                    && f.sectionName().equals(program.section())) {
                return f;
            }
        }
        throw new IllegalArgumentException("program is not of this object: " + program.name());
    }

    private void relocate(int slot, CodeRelocation relocation) throws ObjectFormatException {
        long[] slots = code.slots();
        switch (relocation) {
            case CodeRelocation.MapAddress r ->
                slots[slot] = Slot.withImm(Slot.withSrc(slots[slot], Pseudo.MAP_FD), number(r.map()));
            case CodeRelocation.DataAddress r -> {
                int offset = Slot.imm(slots[slot]) + r.offset();
                slots[slot] = Slot.withImm(Slot.withSrc(slots[slot], Pseudo.MAP_VALUE), number(r.map()));
                slots[slot + 1] = Slot.withImm(slots[slot + 1], offset);
            }
            case CodeRelocation.ExternAddress r ->
                relocateAddress(slot, layout.externs().get(r.extern()));
            case CodeRelocation.ExternCall r -> relocateCall(slot, r.extern());
            case CodeRelocation.Call _, CodeRelocation.FunctionAddress _ -> {}
        }
    }

    private void relocateAddress(int slot, ExternSpec extern) throws ObjectFormatException {
        long[] slots = code.slots();
        if (extern.kind() == ExternSpec.Kind.CONFIG) {
            slots[slot] = Slot.withImm(Slot.withSrc(slots[slot], Pseudo.MAP_VALUE), number(layout.kconfigMap()));
            slots[slot + 1] = Slot.withImm(slots[slot + 1], extern.offset());
            return;
        }
        int id = extern.typeId() == 0 ? 0 : externs.btfId(extern);
        if (id > 0) {
            slots[slot] = Slot.withImm(Slot.withSrc(slots[slot], Pseudo.BTF_ID), id);
            slots[slot + 1] = Slot.withImm(slots[slot + 1], 0);
        } else {
            long address = extern.typeId() == 0 ? externs.address(extern) : 0;
            slots[slot] = Slot.withImm(slots[slot], (int) address);
            slots[slot + 1] = Slot.withImm(slots[slot + 1], (int) (address >>> 32));
        }
    }

    private void relocateCall(int slot, int index) throws ObjectFormatException {
        ExternSpec extern = layout.externs().get(index);
        int id = externs.btfId(extern);
        if (id > 0 && options.target().type(id) instanceof BtfType.Function function) {
            code.slots()[slot] = Slot.withOffset(Slot.withImm(Slot.withSrc(code.slots()[slot], 2), id), 0);
            kfuncs.put(id, function.name());
        } else {
            int number = POISONED_KFUNC + index;
            code.slots()[slot] = Slot.of(0x85, 0, 0, 0, number);
            unresolved.put(number, extern.name());
            poisoned.put(slot, extern.name());
        }
    }

    private int number(int objectMap) {
        return mapNumbers.computeIfAbsent(objectMap, m -> {
            maps.add(objectMaps.get(m));
            return maps.size() - 1;
        });
    }
}
