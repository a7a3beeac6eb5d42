package dev.skep.verifier.cfg;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.verifier.diag.Reject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Stack use of call chains, after the walk. Each subprogram's use is rounded up to 16 bytes; along every chain of
 * calls and function
 * references from the main program the sum may be 512, and 8 frames deep. Asynchronous and exception callbacks begin
 * chains of their own.
 *
 * <p>Program types that the kernel gives a private stack: subprograms of 64 bytes or more are then counted alone,
 * unless some
 * asynchronous chain has them too, or the program has a tail call.
 */
public final class StackDepth {
    private static final int MAX_STACK = 512;
    private static final int MAX_FRAMES = 8;
    private static final int TAIL_CALL_STACK = 256;
    private static final int PRIVATE_STACK_MIN = 64;

    private static final int INLINED_LOOP = 24;
    private static final int MAY_GOTO_BUDGET = 16;

    private enum Placement {
        UNDECIDED,
        SHARED,
        PRIVATE
    }

    private final ProgramLayout layout;
    private final BpfCode code;
    private final int[] used;
    private final Placement[] placement;
    /** Call chains already found good: subprogram, frame, depth and whether a callback is among the callers. */
    private final Set<Long> good = new HashSet<>();

    private boolean privateStack;

    private StackDepth(ProgramLayout layout, int[] used) {
        this.layout = layout;
        this.code = layout.code();
        this.used = used;
        this.placement = new Placement[used.length];
        java.util.Arrays.fill(placement, Placement.UNDECIDED);
    }

    /**
     * Checks all chains.
     *
     * @param used deepest stack use found in the walk, in bytes (0 to 512), by subprogram
     */
    public static void check(ProgramSpec program, ProgramLayout layout, int[] used) {
        StackDepth pass = new StackDepth(layout, used);
        boolean mayBePrivate = hasPrivateStack(program);
        for (int i = 0; i < layout.subprogramCount(); i++) {
            mayBePrivate &= !layout.subprogram(i).hasTailCall();
        }
        for (int i = layout.subprogramCount() - 1; i >= 0; i--) {
            if (i == 0 || layout.subprogram(i).asyncCallback) {
                pass.privateStack = i == 0 && mayBePrivate;
                pass.good.clear();
                pass.enter(i, 0, 0, false);
            }
        }
    }

    /**
     * Adds the stack that rewritten instructions need: an inlined {@code bpf_loop} keeps three registers, {@code
     * may_goto} its budget.
     *
     * @param loopCallbacks the calls of {@code bpf_loop}; those with a callback are inlined
     * @param used changed
     */
    public static void addRewritten(ProgramLayout layout, Map<Integer, Integer> loopCallbacks, int[] used) {
        for (int s = 0; s < used.length; s++) {
            Subprogram subprogram = layout.subprogram(s);
            boolean inlined = false;
            boolean budget = false;
            for (int i = subprogram.start(); i < subprogram.end(); i++) {
                inlined |= loopCallbacks.getOrDefault(i, -1) >= 0;
                budget |= Slot.opcode(layout.code().slot(i)) == Code.MAY_GOTO;
            }
            used[s] += (inlined ? INLINED_LOOP : 0) + (budget ? MAY_GOTO_BUDGET : 0);
        }
    }

    private static boolean hasPrivateStack(ProgramSpec program) {
        return switch (program.type()) {
            case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT -> true;
            case TRACING -> program.attachType() != AttachType.TRACE_ITER;
            case LSM -> program.attachType() != AttachType.LSM_CGROUP;
            default -> false;
        };
    }

    private void enter(int index, int frame, int depth, boolean inCallback) {
        Subprogram s = layout.subprogram(index);
        if (index != 0 && s.hasTailCall() && depth >= TAIL_CALL_STACK) {
            throw Reject.at(
                    s.start(),
                    Reject.EACCES,
                    "tail_calls are not allowed when call stack of previous frames" + " is " + depth
                            + " bytes. Too large\n");
        }
        int own = used[index] + 15 & ~15;
        if (privateStack && placement[index] == Placement.UNDECIDED && own >= PRIVATE_STACK_MIN) {
            placement[index] = Placement.PRIVATE;
        }
        if (placement[index] == Placement.PRIVATE) {
            if (own > MAX_STACK) {
                throw Reject.at(
                        s.start(), Reject.EACCES, "stack size of subprog " + index + " is " + own + ". Too large\n");
            }
        } else {
            depth += own;
            if (depth > MAX_STACK) {
                throw Reject.at(
                        s.start(),
                        Reject.EACCES,
                        "combined stack size of " + (frame + 1) + " calls is " + depth + ". Too large\n");
            }
        }
        boolean callback = inCallback || s.callback;
        if (good.add((long) index << 32 | (long) depth << 8 | frame << 1 | (callback ? 1 : 0))) {
            checkBody(s, frame, depth, callback);
        }
    }

    private void checkBody(Subprogram s, int frame, int depth, boolean inCallback) {
        for (int i = s.start(); i < s.end(); i++) {
            long slot = code.slot(i);
            if (inCallback && layout.throwsException(i)) {
                throw Reject.at(
                        i,
                        Reject.EINVAL,
                        "bpf_throw kfunc (insn " + i + ") cannot be called from callback subprog " + s.index() + "\n");
            }
            if (!Code.namesSubprogram(slot)) {
                continue;
            }
            Subprogram callee = layout.subprogramOf((int) Code.callee(code, i));
            if (callee.asyncCallback) {
                if (!Code.isSubprogramCall(slot)) {
                    continue;
                }
                if (callee.isExceptionCallback()) {
                    throw Reject.withoutNewline(i, Reject.EINVAL, "insn " + i + " cannot call exception cb directly");
                }
            }
            if (!privateStack) {
                placement[callee.index()] = Placement.SHARED;
            }
            if (frame + 1 >= MAX_FRAMES) {
                throw Reject.at(i, Reject.E2BIG, "the call stack of " + (frame + 1) + " frames is too deep !\n");
            }
            enter(callee.index(), frame + 1, depth, inCallback);
        }
        if (s.hasTailCall() && s.isExceptionCallback()) {
            throw Reject.at(s.start(), Reject.EINVAL, "cannot tail call within exception cb\n");
        }
    }
}
