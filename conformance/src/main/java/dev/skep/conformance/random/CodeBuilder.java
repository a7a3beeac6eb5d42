package dev.skep.conformance.random;

import dev.skep.object.isa.Slot;
import java.util.ArrayList;
import java.util.List;

/** Instructions as they are generated, with labels for what comes later. */
public final class CodeBuilder {
    private final List<Long> slots = new ArrayList<>();
    private final List<int[]> references = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    public int size() {
        return slots.size();
    }

    public void add(int opcode, int dst, int src, int offset, int imm) {
        slots.add(Slot.of(opcode, dst, src, offset, imm));
    }

    /** A label whose place comes later. */
    public int label() {
        labels.add(-1);
        return labels.size() - 1;
    }

    public void bind(int label) {
        labels.set(label, slots.size());
    }

    public int labelHere() {
        int label = label();
        bind(label);
        return label;
    }

    /** A jump whose offset field leads to the label. */
    public void jump(int opcode, int dst, int src, int imm, int label) {
        references.add(new int[] {slots.size(), label, 0});
        add(opcode, dst, src, 0, imm);
    }

    public void go(int label) {
        jump(0x05, 0, 0, 0, label);
    }

    public void callSubprogram(int label) {
        references.add(new int[] {slots.size(), label, 1});
        add(0x85, 0, 1, 0, 0);
    }

    public void functionAddress(int dst, int label) {
        references.add(new int[] {slots.size(), label, 1});
        add(0x18, dst, 4, 0, 0);
        add(0, 0, 0, 0, 0);
    }

    public void load64(int dst, int pseudo, int imm, int next) {
        add(0x18, dst, pseudo, 0, imm);
        add(0, 0, 0, 0, next);
    }

    public void mov(int dst, int src) {
        add(0xbf, dst, src, 0, 0);
    }

    public void movImm(int dst, int imm) {
        add(0xb7, dst, 0, 0, imm);
    }

    /** 64-bit arithmetic with a constant. */
    public void alu(int operation, int dst, int imm) {
        add(operation | 0x07, dst, 0, 0, imm);
    }

    /** 64-bit arithmetic with a register. */
    public void aluReg(int operation, int dst, int src) {
        add(operation | 0x0f, dst, src, 0, 0);
    }

    public void load(int size, int dst, int base, int offset) {
        add(0x61 | sizeBits(size), dst, base, offset, 0);
    }

    public void store(int size, int base, int offset, int src) {
        add(0x63 | sizeBits(size), base, src, offset, 0);
    }

    public void storeImm(int size, int base, int offset, int imm) {
        add(0x62 | sizeBits(size), base, 0, offset, imm);
    }

    public void helper(int id) {
        add(0x85, 0, 0, 0, id);
    }

    public void kfunc(int btfId) {
        add(0x85, 0, 2, 0, btfId);
    }

    public void exit() {
        add(0x95, 0, 0, 0, 0);
    }

    public int place(int label) {
        return labels.get(label);
    }

    public static int sizeBits(int size) {
        return switch (size) {
            case 1 -> 0x10;
            case 2 -> 0x08;
            case 4 -> 0x00;
            default -> 0x18;
        };
    }

    /** All slots, jumps resolved; a label never bound is the end. */
    public long[] finish() {
        long[] out = slots.stream().mapToLong(Long::longValue).toArray();
        for (int[] r : references) {
            int place = labels.get(r[1]) < 0 ? out.length - 1 : labels.get(r[1]);
            int distance = place - r[0] - 1;
            out[r[0]] = r[2] == 1 ? Slot.withImm(out[r[0]], distance) : Slot.withOffset(out[r[0]], distance);
        }
        return out;
    }
}
