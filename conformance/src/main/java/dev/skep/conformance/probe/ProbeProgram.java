package dev.skep.conformance.probe;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A program under construction.
 *
 * <p><em>Shape</em>: R6 is the context; values wait in stack slots fp-408 to fp-440 until the call under test loads
 * them into R1 to R5; fp-64 to fp-1 is zeroed, fp-320 to fp-257 never written, dynptrs live at fp-208 and fp-224,
 * fp-376 holds a zero key.
 */
final class ProbeProgram {
    static final int INITIALISED = -64;
    static final int UNINITIALISED = -320;
    static final int LOCAL_DYNPTR = -208;
    static final int RINGBUF_DYNPTR = -224;
    static final int KEY = -376;
    private static final int FIRST_VALUE = -408;

    private final List<Long> slots = new ArrayList<>();
    private final List<MapSpec> maps = new ArrayList<>();
    private final List<Integer> functionLoads = new ArrayList<>();

    ProbeProgram() {
        move(6, 1);
        for (int off = INITIALISED; off < 0; off += 8) {
            add(0x7a, 10, 0, off, 0);
        }
        add(0x7a, 10, 0, KEY, 0);
    }

    void add(int opcode, int dst, int src, int off, int imm) {
        slots.add(Slot.of(opcode, dst, src, off, imm));
    }

    void move(int dst, int src) {
        add(0xbf, dst, src, 0, 0);
    }

    void constant(int dst, int value) {
        add(0xb7, dst, 0, 0, value);
    }

    void stackAddress(int dst, int off) {
        move(dst, 10);
        add(0x07, dst, 0, 0, off);
    }

    void call(int helper) {
        add(0x85, 0, 0, 0, helper);
    }

    void load(int dst, int base, int off, int size) {
        add(size == 8 ? 0x79 : 0x61, dst, base, off, 0);
    }

    /** Leaves the program with 0 if R0 is 0. */
    void exitIfNull() {
        add(0x55, 0, 0, 2, 0);
        constant(0, 0);
        add(0x95, 0, 0, 0, 0);
    }

    void map(int dst, MapSpec map) {
        wide(dst, Pseudo.MAP_FD, index(map), 0);
    }

    void mapValue(int dst, MapSpec map, int off) {
        wide(dst, Pseudo.MAP_VALUE, index(map), off);
    }

    void kernelVariable(int dst, int btfId) {
        wide(dst, Pseudo.BTF_ID, btfId, 0);
    }

    void function(int dst) {
        functionLoads.add(slots.size());
        wide(dst, Pseudo.FUNC, 0, 0);
    }

    private void wide(int dst, int pseudo, int low, int high) {
        add(0x18, dst, pseudo, 0, low);
        add(0, 0, 0, 0, high);
    }

    private int index(MapSpec map) {
        if (!maps.contains(map)) {
            maps.add(map);
        }
        return maps.indexOf(map);
    }

    /** Puts register {@code reg} aside as argument {@code arg}, counted from 1. */
    void keep(int reg, int arg) {
        add(0x7b, 10, reg, FIRST_VALUE - 8 * (arg - 1), 0);
    }

    /** The call under test, with {@code args} arguments put aside before. */
    void probe(int helper, int args) {
        for (int a = 1; a <= args; a++) {
            load(a, 10, FIRST_VALUE - 8 * (a - 1), 8);
        }
        call(helper);
    }

    /** The same with a call of the subprogram after the last one instead of a helper: its argument is in R1. */
    ProgramSpec finishCalling(Target target) {
        add(0x85, 0, 1, 0, -1);
        return finish(target);
    }

    ProgramSpec finish(Target target) {
        constant(0, 0);
        add(0x95, 0, 0, 0, 0);
        List<FuncInfo> functions = new ArrayList<>(List.of(new FuncInfo(0, ProbeMaps.FUNC_MAIN)));
        if (!functionLoads.isEmpty()) {
            int callback = slots.size();
            constant(0, 0);
            add(0x95, 0, 0, 0, 0);
            functions.add(new FuncInfo(callback, ProbeMaps.FUNC_CALLBACK));
            for (int at : functionLoads) {
                slots.set(at, Slot.withImm(slots.get(at), callback - at - 1));
            }
        }
        BpfCode code = BpfCode.of(slots.stream().mapToLong(Long::longValue).toArray());
        return target.apply(ProgramSpec.of("probe", target.type(), code))
                .withMaps(List.copyOf(maps))
                .withTypes(ProbeMaps.BTF, functions, List.of());
    }
}
