package dev.skep.jit;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.ProgramCode;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.interp.Faults;
import dev.skep.runtime.map.ProgramSlots;
import java.lang.invoke.MethodHandles;

/**
 * What every generated class extends: entry, faults, tail calls, budgets. The generated part is a static method per
 * subprogram and the two abstract methods here, which name them.
 */
abstract class CompiledProgram implements ProgramCode {
    private LoadedProgram program;
    private boolean ticking;
    private JitOptions options;
    private volatile CompiledProgram counted;

    /** Completes an instance that the generated constructor made. */
    final CompiledProgram bind(LoadedProgram of, boolean countsBackEdges, JitOptions compiledWith) {
        program = of;
        ticking = countsBackEdges;
        options = compiledWith;
        return this;
    }

    /** The main program; a tail call it ends in is left pending in {@code cx}. */
    abstract long main(RunContext cx, long context, long frame);

    /** The subprogram that starts at slot {@code entry}; likewise. */
    abstract long subprogram(RunContext cx, int entry, long r1, long r2, long r3, long r4, long r5, long frame);

    @Override
    public final long run(RunContext cx, long context) {
        try {
            return finish(cx, forRun(cx).main(cx, context, cx.frame()));
        } catch (ProgramFault fault) {
            throw fault.at(program.name(), -1);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
            throw Faults.memory(e).at(program.name(), -1);
        }
    }

    @Override
    public final long call(RunContext cx, int entry, long r1, long r2, long r3, long r4, long r5) {
        long frame = cx.frame();
        try {
            return finish(cx, forRun(cx).subprogram(cx, entry, r1, r2, r3, r4, r5, cx.enterFrame()));
        } catch (ProgramFault fault) {
            throw fault.at(program.name(), -1);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
            throw Faults.memory(e).at(program.name(), -1);
        } finally {
            cx.leaveFrame(frame);
        }
    }

    /** The variant that counts backward jumps, when the run has a budget and this one does not count. */
    private CompiledProgram forRun(RunContext cx) {
        if (ticking || !cx.isBudgeted()) {
            return this;
        }
        CompiledProgram variant = counted;
        if (variant == null) {
            synchronized (this) {
                variant = counted;
                if (variant == null) {
                    variant = Jit.generate(program, true, options);
                    counted = variant;
                }
            }
        }
        return variant;
    }

    /** Goes on with the programs that pending tail calls name, one after the other, in the current frame. */
    static long finish(RunContext cx, long r0) {
        LoadedProgram next = cx.takeTail();
        while (next != null) {
            long context = cx.tailContext();
            r0 = next.code() instanceof CompiledProgram code
                    ? code.forRun(cx).main(cx, context, cx.frame())
                    : next.code().run(cx, context);
            next = cx.takeTail();
        }
        return r0;
    }

    /** A tail call: true when the program is to end with a pending one. */
    static boolean tailCall(RunContext cx, long context, long map, long index) {
        LoadedProgram next = cx.tailCall(map, index);
        if (next == null) {
            return false;
        }
        cx.leaveTail(next, context);
        return true;
    }

    /**
     * The target of a tail call through a known program array, now current; null when there is none. Its main method is
     * called in the caller's frame, at most 33 deep, so that HotSpot can inline it. A target without generated code
     * stays pending instead.
     *
     * @param counts the caller counts backward jumps; only such code runs under a budget
     */
    static CompiledProgram tailTarget(RunContext cx, ProgramSlots slots, long index, long context, boolean counts) {
        LoadedProgram next = cx.tailCall(slots.get(index & 0xffff_ffffL));
        if (next == null) {
            return null;
        }
        if (next.code() instanceof CompiledProgram code) {
            return counts ? code.forRun(cx) : code;
        }
        cx.leaveTail(next, context);
        return Pending.INSTANCE;
    }

    /** What runs where a tail call is left pending: nothing. */
    private static final class Pending extends CompiledProgram {
        static final Pending INSTANCE = new Pending();

        @Override
        long main(RunContext cx, long context, long frame) {
            return 0;
        }

        @Override
        long subprogram(RunContext cx, int entry, long r1, long r2, long r3, long r4, long r5, long frame) {
            return 0;
        }
    }

    /** The constants of a generated class, for its static initialiser. */
    static Object[] constants(MethodHandles.Lookup lookup) throws IllegalAccessException {
        return MethodHandles.classData(lookup, "_", Object[].class);
    }

    /** What left a generated method, as a fault that names the place; control flow of other kinds as it is. */
    static RuntimeException located(RuntimeException e, String program, int insn) {
        return switch (e) {
            case ProgramFault fault -> fault.at(program, insn);
            case IndexOutOfBoundsException _, IllegalArgumentException _, IllegalStateException _ ->
                Faults.memory(e).at(program, insn);
            default -> e;
        };
    }

    /** The fault of an instruction that cannot run. */
    static RuntimeException undefined(int insn) {
        throw new dev.skep.runtime.UnsupportedFault("instruction must be defined: insn=" + insn);
    }
}
