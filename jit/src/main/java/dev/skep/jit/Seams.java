package dev.skep.jit;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.Instruction;
import java.util.List;

/**
 * What crosses from one method of a subprogram to another: the variables (registers 0 to 10, then stack cells) that are
 * still read afterwards.
 *
 * <p><em>Shape</em>: a set of variables is a bit mask.
 */
final class Seams {
    private static final long R0_TO_R5 = 0x3f;

    private final Unit unit;
    private final StackLocals stack;
    private final List<Chunks.Chunk> chunks;
    private final int start;
    private final int end;
    /** By slot from {@code start}: the variables read before they are written, from there on. */
    private final long[] live;

    Seams(Unit unit, StackLocals stack, int start, int end, List<Chunks.Chunk> chunks) {
        this.chunks = chunks;
        this.unit = unit;
        this.stack = stack;
        this.start = start;
        this.end = end;
        this.live = new long[end - start + 1];
        solve();
    }

    /** First slot of the subprogram. */
    int start() {
        return start;
    }

    /** The slot after its last. */
    int end() {
        return end;
    }

    /** Number of the chunk that has this slot; the one after the last when none has. */
    int chunkOf(int slot) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (chunks.get(middle).end() <= slot) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return slot < start ? chunks.size() : low;
    }

    /** Number of variables. */
    int variables() {
        return 11 + stack.count();
    }

    /** The variables that matter at a slot; all where that was not looked at. */
    long live(int slot) {
        boolean known = slot >= start
                && slot < end
                && unit.does(Optimisation.LIVE_SEAMS)
                && unit.flow().facts != ProgramFacts.NONE;
        return known ? live[slot - start] : (1L << variables()) - 1;
    }

    private void solve() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = end - 1; i >= start; i--) {
                if (unit.flow().code.at(i) == null || !unit.flow().reached.get(i)) {
                    continue;
                }
                long now = before(i, after(i));
                if (now != live[i - start]) {
                    live[i - start] = now;
                    changed = true;
                }
            }
        }
    }

    private long at(int slot) {
        return slot >= start && slot < end ? live[slot - start] : 0;
    }

    private long after(int i) {
        Flow flow = unit.flow();
        return switch (flow.code.at(i)) {
            case Instruction.Exit _, Instruction.Undefined _ -> 0;
            case Instruction.Goto g -> at(i + 1 + g.offset());
            case Instruction.MayGoto g -> at(i + 1 + g.offset()) | at(i + 1);
            case Instruction.Branch b ->
                (flow.mayJump(i) ? at(i + 1 + b.offset()) : 0) | (flow.mayFallThrough(i) ? at(i + 1) : 0);
            default -> at(i + flow.code.width(i));
        };
    }

    private long before(int i, long after) {
        StackLocals.Cell cell = stack.at(i);
        return switch (unit.flow().code.at(i)) {
            case Instruction.Alu a -> after | bit(a.dst()) | (a.fromRegister() ? bit(a.src()) : 0);
            case Instruction.Negate n -> after | bit(n.dst());
            case Instruction.ByteSwap s -> after | bit(s.dst());
            case Instruction.Move m -> after & ~bit(m.dst()) | (m.fromRegister() ? bit(m.src()) : 0);
            case Instruction.AddrSpaceCast c -> after & ~bit(c.dst()) | bit(c.src());
            case Instruction.LoadImm64 l -> after & ~bit(l.dst());
            case Instruction.Load l ->
                after & ~bit(l.dst()) | (cell == null ? bit(l.src()) : bit(Locals.variable(cell)));
            case Instruction.Store s -> stored(cell, s.size(), s.base(), after) | bit(s.src());
            case Instruction.StoreImm s -> stored(cell, s.size(), s.base(), after);
            case Instruction.Atomic a -> after | bit(a.dst()) | bit(a.src()) | (a.op() == AtomicOp.CMPXCHG ? 1 : 0);
            case Instruction.PacketLoad l -> after & ~1L | (l.indirect() ? bit(l.src()) : 0);
            case Instruction.Branch b -> after | bit(b.dst()) | (b.fromRegister() ? bit(b.src()) : 0);
            case Instruction.Call _ -> after & ~R0_TO_R5 | R0_TO_R5 & ~1L | bit(10);
            case Instruction.Exit _ -> 1;
            case Instruction.Goto _, Instruction.MayGoto _ -> after;
            case Instruction.Undefined _ -> 0;
        };
    }

    private static long stored(StackLocals.Cell cell, int size, int base, long after) {
        if (cell == null) {
            return after | bit(base);
        }
        long variable = bit(Locals.variable(cell));
        return size == cell.bytes() ? after & ~variable : after | variable;
    }

    private static long bit(int variable) {
        return 1L << variable;
    }
}
