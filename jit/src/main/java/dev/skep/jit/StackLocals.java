package dev.skep.jit;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.Instruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which bytes of a subprogram's frame are JVM locals instead of memory: those that only its own loads and stores reach,
 * each at one place. Spills and fills become copies that HotSpot removes.
 *
 * <p><em>Shape</em>: accesses that overlap share a {@link Cell}, at most 8 bytes long; its local holds the bytes
 * little-endian, zero above them. What was never written reads as zero.
 */
final class StackLocals {
    /** No byte is a local. */
    static final StackLocals NONE = new StackLocals();

    /** Cells of one function: more than this stay in memory, the least used ones. */
    static final int MAX_CELLS = 48;

    private static final int FRAME = 512;

    /**
     * One run of bytes.
     *
     * @param number position among the function's cells
     * @param offset of its first byte from the frame's end, negative
     * @param bytes 1 to 8
     */
    record Cell(int number, int offset, int bytes) {}

    private final Map<Integer, Cell> byInstruction = new HashMap<>();
    private int count;

    private StackLocals() {}

    /** Looks at the subprogram in slots [start, end). */
    static StackLocals of(Flow flow, int start, int end) {
        ProgramFacts facts = flow.facts;
        StackLocals out = new StackLocals();
        if (facts == ProgramFacts.NONE) {
            return out;
        }
        List<Integer> accesses = new ArrayList<>();
        boolean[] memory = new boolean[FRAME];
        for (int i = start; i < end; i += flow.code.width(i)) {
            if (!flow.reached.get(i) || facts.stackOffset(i) == ProgramFacts.VARIABLE) {
                continue;
            }
            switch (flow.code.at(i)) {
                case Instruction.Load _, Instruction.Store _, Instruction.StoreImm _ -> accesses.add(i);
                default -> mark(memory, facts.stackOffset(i), facts.stackBytes(i));
            }
        }
        for (int i = 0; i < FRAME; i++) {
            memory[i] |= facts.isShared(start, i - FRAME);
        }
        out.build(facts, accesses, memory);
        return out;
    }

    private static void mark(boolean[] bytes, int offset, int count) {
        for (int i = 0; i < count; i++) {
            bytes[offset + FRAME + i] = true;
        }
    }

    private void build(ProgramFacts facts, List<Integer> accesses, boolean[] memory) {
        boolean[] touched = new boolean[FRAME];
        boolean[] joined = new boolean[FRAME + 1];
        for (int i : accesses) {
            int from = facts.stackOffset(i) + FRAME;
            mark(touched, facts.stackOffset(i), facts.stackBytes(i));
            for (int k = 1; k < facts.stackBytes(i); k++) {
                joined[from + k] = true;
            }
        }
        int[] uses = new int[FRAME];
        Cell[] owner = new Cell[FRAME];
        List<Cell> cells = new ArrayList<>();
        for (int from = 0; from < FRAME; from++) {
            if (!touched[from] || joined[from]) {
                continue;
            }
            int to = from + 1;
            boolean plain = !memory[from];
            while (to < FRAME && joined[to]) {
                plain &= !memory[to++];
            }
            if (plain && to - from <= 8) {
                Cell cell = new Cell(cells.size(), from - FRAME, to - from);
                cells.add(cell);
                java.util.Arrays.fill(owner, from, to, cell);
            }
        }
        for (int i : accesses) {
            Cell cell = owner[facts.stackOffset(i) + FRAME];
            if (cell != null) {
                uses[cell.number()]++;
            }
        }
        cells.sort(Comparator.comparingInt(c -> -uses[c.number()]));
        Map<Integer, Cell> kept = new HashMap<>();
        for (Cell c : cells.subList(0, Math.min(MAX_CELLS, cells.size()))) {
            kept.put(c.number(), new Cell(count++, c.offset(), c.bytes()));
        }
        for (int i : accesses) {
            Cell cell = owner[facts.stackOffset(i) + FRAME];
            if (cell != null && kept.containsKey(cell.number())) {
                byInstruction.put(i, kept.get(cell.number()));
            }
        }
    }

    /** The cell that a load or store is of; null when it goes to memory. */
    Cell at(int insn) {
        return byInstruction.get(insn);
    }

    /** Number of cells. */
    int count() {
        return count;
    }
}
