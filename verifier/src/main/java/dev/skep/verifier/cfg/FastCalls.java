package dev.skep.verifier.cfg;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.kernel.helper.ReturnType;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Registers that the compiler saves on the stack around calls that do not touch them ({@code bpf_fastcall}): Linux
 * removes the saves, and with them the stack they need, unless the subprogram uses that part of its stack for something
 * else.
 *
 * <ol>
 *   <li>The lowest offset of any 8-byte save in the subprogram is where the innermost pair must be; pairs around it
 *       follow upwards.
 *   <li>Around every helper and kernel function, pairs of save and restore of registers that the call does not need are
 *       found.
 *   <li>During the walk, any other access below the pairs' upper end ends the optimisation for its subprogram ({@link
 *       #touched}).
 * </ol>
 */
public final class FastCalls {
    private static final int SAVE = 0x7b;
    private static final int RESTORE = 0x79;
    private static final int CALLER_SAVED = 0x3f;
    /** Below every offset. */
    private static final int NONE = Short.MIN_VALUE;

    private final BpfCode code;
    private final ProgramLayout layout;
    /** Instructions that are part of a pattern. */
    private final BitSet pattern = new BitSet();
    /** By subprogram: offset where the stack of pairs ends and other use may begin; {@link #NONE} without pairs. */
    private final int[] end;
    /** Subprograms in which some pair is removed. */
    private final BitSet removed = new BitSet();
    /** Subprograms with a pair around a call that is not fast. */
    private final BitSet kept = new BitSet();

    private FastCalls(BpfCode code, ProgramLayout layout) {
        this.code = code;
        this.layout = layout;
        this.end = new int[layout.subprogramCount()];
        Arrays.fill(end, NONE);
    }

    /** Finds the patterns of a program. */
    public static FastCalls find(ProgramSpec program, ProgramLayout layout, KernelModel kernel) {
        FastCalls found = new FastCalls(program.code(), layout);
        for (int i = 0; i < layout.subprogramCount(); i++) {
            found.scan(layout.subprogram(i), program, kernel);
        }
        return found;
    }

    private void scan(Subprogram s, ProgramSpec program, KernelModel kernel) {
        int lowest = 0;
        for (int i = s.start(); i < s.end(); i++) {
            long slot = code.slot(i);
            if (Slot.opcode(slot) == SAVE && Slot.dst(slot) == 10) {
                lowest = Math.min(lowest, Slot.offset(slot));
            }
        }
        if (lowest == 0) {
            return;
        }
        for (int i = s.start(); i < s.end(); i++) {
            if (Slot.opcode(code.slot(i)) == Code.CALL) {
                around(s, i, lowest, program, kernel);
            }
        }
    }

    private void around(Subprogram s, int call, int lowest, ProgramSpec program, KernelModel kernel) {
        int needed;
        boolean fast;
        long slot = code.slot(call);
        if (Code.isHelperCall(slot)) {
            HelperProto proto = kernel.helper(Slot.imm(slot), program);
            if (proto == null) {
                return;
            }
            needed = (1 << proto.args().size() + 1) - 2 | (proto.returns() == ReturnType.VOID ? 0 : 1);
            fast = proto.has(HelperProto.FASTCALL);
        } else if (Code.isKfuncCall(slot)
                && kernel.kfunc(Slot.imm(slot)) instanceof Kfunc kfunc
                && kernel.btf().type(Slot.imm(slot)) instanceof BtfType.Function f
                && kernel.btf().type(f.type()) instanceof BtfType.FunctionProto proto) {
            needed = (1 << Math.min(5, proto.parameters().size()) + 1) - 2 | (proto.returnType() == 0 ? 0 : 1);
            fast = kfunc.has(Kfunc.FASTCALL);
        } else {
            return;
        }
        int pairs = pairs(call, lowest, CALLER_SAVED & ~needed);
        if (pairs == 0) {
            return;
        }
        (fast ? removed : kept).set(s.index());
        int above = lowest + 8 * pairs;
        end[s.index()] = end[s.index()] == NONE ? above : Math.min(end[s.index()], above);
    }

    /** The number of pairs around a call, innermost at {@code lowest}; marks their instructions. */
    private int pairs(int call, int lowest, int savable) {
        int n = 0;
        while (call - n - 1 >= 0 && call + n + 1 < code.size()) {
            long save = code.slot(call - n - 1);
            long restore = code.slot(call + n + 1);
            int off = lowest + 8 * n;
            boolean pair = Slot.opcode(save) == SAVE
                    && Slot.opcode(restore) == RESTORE
                    && Slot.dst(save) == 10
                    && Slot.src(restore) == 10
                    && Slot.src(save) == Slot.dst(restore)
                    && (savable >>> Slot.src(save) & 1) != 0
                    && Slot.offset(save) == off
                    && Slot.offset(restore) == off;
            if (!pair) {
                break;
            }
            savable &= ~(1 << Slot.src(save));
            n++;
            pattern.set(call - n);
            pattern.set(call + n);
        }
        return n;
    }

    /** The instruction at {@code insn} accesses the stack of a frame of {@code subprogram} from {@code off} on. */
    public void touched(int subprogram, int insn, int off) {
        if (off >= end[subprogram] || pattern.get(insn)) {
            return;
        }
        end[subprogram] = NONE;
        Subprogram s = layout.subprogram(subprogram);
        pattern.clear(s.start(), s.end());
        removed.clear(subprogram);
    }

    /** Stack use by subprogram, in bytes, once pairs are removed. */
    public int[] without(int[] used) {
        int[] left = used.clone();
        for (int i = removed.nextSetBit(0); i >= 0; i = removed.nextSetBit(i + 1)) {
            if (!kept.get(i)) {
                left[i] = -end[i];
            }
        }
        return left;
    }
}
