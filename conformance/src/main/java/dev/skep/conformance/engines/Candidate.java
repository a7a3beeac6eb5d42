package dev.skep.conformance.engines;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program to run in all engines.
 *
 * @param name where it comes from: {@code object/program}, or {@code batch/index} of a random one
 */
record Candidate(String name, ProgramSpec program) {
    /** The program with only the maps that it names, and with the names of all kernel functions that it calls. */
    static ProgramSpec trimmed(ProgramSpec program, Btf kernelTypes) {
        BpfCode code = program.code();
        long[] slots = code.toSlots();
        List<MapSpec> maps = new ArrayList<>();
        Map<Integer, Integer> places = new HashMap<>();
        Map<Integer, String> kfuncs = new HashMap<>(program.kfuncs());
        for (int i = 0; i < slots.length; i += code.width(i)) {
            switch (code.at(i)) {
                case Instruction.LoadImm64 l
                when l.pseudo() == Pseudo.MAP_FD || l.pseudo() == Pseudo.MAP_VALUE -> {
                    int old = l.imm();
                    if (old >= 0 && old < program.maps().size()) {
                        int place = places.computeIfAbsent(old, o -> {
                            maps.add(sized(program.maps().get(o)));
                            return maps.size() - 1;
                        });
                        slots[i] = Slot.withImm(slots[i], place);
                    }
                }
                case Instruction.Call c
                when c.kind() == Instruction.Call.Kind.KFUNC && !kfuncs.containsKey(c.imm()) -> {
                    if (kernelTypes.type(c.imm()) instanceof BtfType.Function f) {
                        kfuncs.put(c.imm(), f.name());
                    }
                }
                case null, default -> {}
            }
        }
        ProgramSpec p = program.withCode(BpfCode.of(slots), program.functions(), program.lines(), program.poisoned());
        return new ProgramSpec(
                p.objectName(),
                p.name(),
                p.section(),
                p.type(),
                p.attachType(),
                p.attachTarget(),
                p.attachBtfId(),
                p.attachMember(),
                p.flags(),
                p.license(),
                p.code(),
                p.sectionInsns(),
                maps,
                p.btf(),
                p.functions(),
                p.lines(),
                kfuncs,
                p.unresolved(),
                p.poisoned());
    }

    /** Storage of control groups has no size, whatever the object says. */
    private static MapSpec sized(MapSpec map) {
        return map.type() == MapType.PERCPU_CGROUP_STORAGE ? map.withMaxEntries(0) : map;
    }
}
