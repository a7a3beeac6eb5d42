package dev.skep.runtime;

import dev.skep.kernel.program.UnverifiedProgram;
import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.JumpOp;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.map.BpfMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds small programs for tests: one method per instruction kind, labels by name, maps by reference. */
public final class Asm {
    private record Fix(int slot, String label, boolean inImm) {}

    private long[] slots = new long[64];
    private int size;
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<Fix> fixes = new ArrayList<>();
    private final Map<BpfMap, Integer> maps = new LinkedHashMap<>();
    private final Map<Integer, String> kfuncs = new LinkedHashMap<>();
    private ProgramType type = ProgramType.SYSCALL;

    public static Asm start() {
        return new Asm();
    }

    public Asm raw(int opcode, int dst, int src, int off, int imm) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, 2 * size);
        }
        slots[size++] = Slot.of(opcode, dst, src, off, imm);
        return this;
    }

    public Asm type(ProgramType programType) {
        type = programType;
        return this;
    }

    public Asm mov(int dst, int imm) {
        return raw(0xb7, dst, 0, 0, imm);
    }

    public Asm movReg(int dst, int src) {
        return raw(0xbf, dst, src, 0, 0);
    }

    public Asm ld64(int dst, long value) {
        return raw(0x18, dst, 0, 0, (int) value).raw(0, 0, 0, 0, (int) (value >>> 32));
    }

    public Asm map(int dst, BpfMap map) {
        int index = maps.computeIfAbsent(map, _ -> maps.size());
        return raw(0x18, dst, Pseudo.MAP_FD, 0, index).raw(0, 0, 0, 0, 0);
    }

    public Asm mapValue(int dst, BpfMap map, int offset) {
        int index = maps.computeIfAbsent(map, _ -> maps.size());
        return raw(0x18, dst, Pseudo.MAP_VALUE, 0, index).raw(0, 0, 0, 0, offset);
    }

    public Asm func(int dst, String label) {
        fixes.add(new Fix(size, label, true));
        return raw(0x18, dst, Pseudo.FUNC, 0, 0).raw(0, 0, 0, 0, 0);
    }

    public Asm alu(AluOp op, int dst, int imm) {
        return raw(0x07 | op.code(), dst, 0, op.isSignedDivision() ? 1 : 0, imm);
    }

    public Asm aluReg(AluOp op, int dst, int src) {
        return raw(0x0f | op.code(), dst, src, op.isSignedDivision() ? 1 : 0, 0);
    }

    public Asm alu32(AluOp op, int dst, int imm) {
        return raw(0x04 | op.code(), dst, 0, op.isSignedDivision() ? 1 : 0, imm);
    }

    public Asm alu32Reg(AluOp op, int dst, int src) {
        return raw(0x0c | op.code(), dst, src, op.isSignedDivision() ? 1 : 0, 0);
    }

    public Asm add(int dst, int imm) {
        return alu(AluOp.ADD, dst, imm);
    }

    private static int sizeBits(int bytes) {
        return switch (bytes) {
            case 1 -> 0x10;
            case 2 -> 0x08;
            case 4 -> 0x00;
            default -> 0x18;
        };
    }

    public Asm load(int bytes, int dst, int src, int off) {
        return raw(0x61 | sizeBits(bytes), dst, src, off, 0);
    }

    public Asm loadSigned(int bytes, int dst, int src, int off) {
        return raw(0x81 | sizeBits(bytes), dst, src, off, 0);
    }

    public Asm store(int bytes, int base, int off, int src) {
        return raw(0x63 | sizeBits(bytes), base, src, off, 0);
    }

    public Asm storeImm(int bytes, int base, int off, int imm) {
        return raw(0x62 | sizeBits(bytes), base, 0, off, imm);
    }

    public Asm atomic(int bytes, int base, int off, int src, int op) {
        return raw(0xc3 | sizeBits(bytes), base, src, off, op);
    }

    public Asm jump(String label) {
        fixes.add(new Fix(size, label, false));
        return raw(0x05, 0, 0, 0, 0);
    }

    public Asm jumpIf(JumpOp op, int dst, int imm, String label) {
        fixes.add(new Fix(size, label, false));
        return raw(0x05 | op.code(), dst, 0, 0, imm);
    }

    public Asm jumpIfReg(JumpOp op, int dst, int src, String label) {
        fixes.add(new Fix(size, label, false));
        return raw(0x0d | op.code(), dst, src, 0, 0);
    }

    public Asm jump32If(JumpOp op, int dst, int imm, String label) {
        fixes.add(new Fix(size, label, false));
        return raw(0x06 | op.code(), dst, 0, 0, imm);
    }

    public Asm helper(int id) {
        return raw(0x85, 0, 0, 0, id);
    }

    public Asm kfunc(String name) {
        int id = 1000 + kfuncs.size();
        for (Map.Entry<Integer, String> e : kfuncs.entrySet()) {
            if (e.getValue().equals(name)) {
                id = e.getKey();
            }
        }
        kfuncs.put(id, name);
        return raw(0x85, 0, 2, 0, id);
    }

    public Asm call(String label) {
        fixes.add(new Fix(size, label, true));
        return raw(0x85, 0, 1, 0, 0);
    }

    public Asm exit() {
        return raw(0x95, 0, 0, 0, 0);
    }

    public Asm label(String name) {
        labels.put(name, size);
        return this;
    }

    public ProgramSpec spec() {
        long[] code = Arrays.copyOf(slots, size);
        for (Fix f : fixes) {
            int distance = labels.get(f.label) - f.slot - 1;
            code[f.slot] = f.inImm ? Slot.withImm(code[f.slot], distance) : Slot.withOffset(code[f.slot], distance);
        }
        ProgramSpec bare = ProgramSpec.of("test", type, BpfCode.of(code));
        List<MapSpec> specs = maps.keySet().stream().map(BpfMap::spec).toList();
        return new ProgramSpec(
                "",
                "test",
                "",
                type,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                bare.code(),
                size,
                specs,
                bare.btf(),
                List.of(),
                List.of(),
                Map.copyOf(kfuncs),
                Map.of(),
                Map.of());
    }

    public LoadedProgram load(Machine machine) {
        ProgramSpec spec = spec();
        Map<MapSpec, BpfMap> bound = new HashMap<>();
        maps.keySet().forEach(m -> bound.put(m.spec(), m));
        return machine.load(new UnverifiedProgram(spec), bound);
    }

    /** Runs once with R1 = 0 in a context of its own. */
    public long run(Machine machine) {
        return run(machine, 0);
    }

    public long run(Machine machine, long r1) {
        try (RunContext cx = machine.newContext()) {
            return load(machine).run(cx, r1);
        }
    }
}
