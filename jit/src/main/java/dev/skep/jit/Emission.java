package dev.skep.jit;

import dev.skep.object.uapi.MapType;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.memory.Slab;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;

/**
 * One method being generated: the builder, the program, and where its jumps lead. Emitters write through it.
 *
 * <p><em>Shape</em>: slots in [start, end) are in this method; a jump elsewhere leaves through its exits.
 */
final class Emission {
    /** What program addresses are ahead of segment offsets. */
    static final long BIAS = Slab.NULL_PAGE;

    final CodeBuilder b;
    final Unit unit;
    final LoadedProgram program;
    final Flow flow;
    final ClassDesc owner;
    final ClassConstants constants;
    final StackLocals stack;
    final int start;
    final int end;
    /** Backward jumps are counted. */
    final boolean ticking;
    /** How this method hands over to the others of its subprogram; null when it is alone. */
    final Seams seams;
    /** This method is one of several of its subprogram. */
    final boolean isChunk;

    private final Map<Integer, Label> labels = new HashMap<>();
    private final Map<Integer, Label> exits = new HashMap<>();

    Emission(CodeBuilder b, Unit unit, StackLocals stack, int start, int end, Seams seams) {
        this.b = b;
        this.unit = unit;
        this.program = unit.program();
        this.flow = unit.flow();
        this.owner = unit.owner();
        this.constants = unit.constants();
        this.ticking = unit.ticking();
        this.stack = stack;
        this.start = start;
        this.end = end;
        this.seams = seams;
        this.isChunk = seams != null;
    }

    /** A function of the program may end in a tail call. */
    boolean hasTailCalls() {
        return program.spec().maps().stream().anyMatch(m -> m.type() == MapType.PROG_ARRAY);
    }

    boolean does(Optimisation one) {
        return unit.does(one);
    }

    /** Notes where the program is, for faults. */
    void at(int insn) {
        b.loadConstant(insn);
        b.istore(Locals.INSN);
    }

    /** Runs {@code body} so that faults in it name the instruction they happened at. */
    void guarded(Runnable body) {
        Label from = b.newLabel();
        Label to = b.newLabel();
        Label handler = b.newLabel();
        at(start);
        b.labelBinding(from);
        body.run();
        b.labelBinding(to);
        b.labelBinding(handler);
        b.loadConstant(program.name());
        b.iload(Locals.INSN);
        b.invokestatic(Names.COMPILED, "located", Names.LOCATED);
        b.athrow();
        b.exceptionCatch(from, to, handler, Names.of(RuntimeException.class));
    }

    boolean inside(int slot) {
        return slot >= start && slot < end;
    }

    /** The label of a slot: its code here, or a way out to another method. */
    Label label(int slot) {
        return (inside(slot) ? labels : exits).computeIfAbsent(slot, _ -> b.newLabel());
    }

    /** Where other methods' code is jumped to from here. */
    Map<Integer, Label> exits() {
        return exits;
    }

    /** Pushes a register or stack cell. */
    void load(int register) {
        b.lload(Locals.of(register));
    }

    /** Pops into a register or stack cell. */
    void store(int register) {
        b.lstore(Locals.of(register));
    }

    void memory() {
        constants.loadMemory(b, owner);
    }

    /** Pushes {@code register + offset}, as an offset in the slab's segment. */
    void segmentOffset(int register, int offset) {
        load(register);
        b.loadConstant(offset - BIAS);
        b.ladd();
    }

    /** Pushes {@code register + offset}, as a program address. */
    void address(int register, int offset) {
        load(register);
        if (offset != 0) {
            b.loadConstant((long) offset);
            b.ladd();
        }
    }

    /** Pushes the second operand of an instruction. */
    void operand(boolean fromRegister, int src, int imm) {
        if (fromRegister) {
            load(src);
        } else {
            b.loadConstant((long) imm);
        }
    }

    /** Counts a backward jump, where that is asked for. */
    void tickIfBack(int from, int target) {
        if (ticking && target <= from) {
            b.aload(Locals.CONTEXT);
            b.invokevirtual(Names.CONTEXT, "tick", Names.VOID);
        }
    }

    /** Ends the function with what R0 holds. */
    void exit() {
        if (isChunk) {
            ChunkFrame.saveResult(this);
            b.loadConstant(-1);
            b.ireturn();
        } else {
            load(0);
            b.lreturn();
        }
    }
}
