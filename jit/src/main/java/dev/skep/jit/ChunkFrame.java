package dev.skep.jit;

import dev.skep.object.isa.Instruction;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The seams of a subprogram that is several methods. Registers cross them in an array; inside a chunk they are locals. A dispatcher calls
 * chunk after chunk, each answering with the slot to go on at.
 */
final class ChunkFrame {
    private static final int FILE = 1;
    private static final int ENTRY = 2;
    private static final int NEXT = 25;
    private static final int FILE_IN_DISPATCHER = 23;
    private static final ClassDesc FILE_TYPE = java.lang.constant.ConstantDescs.CD_long.arrayType();
    /** In a chunk the register file moves here, since R1's local takes its place. */
    private static final int FILE_SAVED = Locals.FREE;
    private static final int ENTRY_SAVED = Locals.FREE + 1;

    private ChunkFrame() {}

    /** The slots of a chunk that others jump or fall into, its start among them. */
    static TreeSet<Integer> doors(Flow flow, Chunks.Chunk chunk, int start, int end) {
        TreeSet<Integer> doors = new TreeSet<>();
        doors.add(chunk.start());
        for (int i = start; i < end; i += flow.code.width(i)) {
            int target = switch (flow.code.at(i)) {
                case Instruction.Branch b -> i + 1 + b.offset();
                case Instruction.Goto g -> i + 1 + g.offset();
                case Instruction.MayGoto g -> i + 1 + g.offset();
                case null, default -> -1;
            };
            boolean outside = i < chunk.start() || i >= chunk.end();
            if (outside && target >= chunk.start() && target < chunk.end() && flow.reached.get(target)) {
                doors.add(target);
            }
        }
        return doors;
    }

    /** Begins a chunk: registers from the file to locals, then to the door asked for. */
    static void enter(Emission e, TreeSet<Integer> doors) {
        CodeBuilder b = e.b;
        b.aload(FILE).astore(FILE_SAVED);
        b.iload(ENTRY).istore(ENTRY_SAVED);
        for (int r = 0; r <= 10; r++) {
            b.aload(FILE_SAVED).loadConstant(r).laload();
            e.store(r);
        }
        List<SwitchCase> cases = new ArrayList<>();
        for (int door : doors) {
            if (door != e.start) {
                cases.add(SwitchCase.of(door, e.label(door)));
            }
        }
        if (!cases.isEmpty()) {
            b.iload(ENTRY_SAVED);
            b.lookupswitch(e.label(e.start), cases);
        } else {
            b.goto_(e.label(e.start));
        }
    }

    /** Emits the ways out that jumps and the chunk's end have asked for: registers to the file, answer the slot. */
    static void leave(Emission e) {
        CodeBuilder b = e.b;
        for (Map.Entry<Integer, Label> exit : Map.copyOf(e.exits()).entrySet()) {
            b.labelBinding(exit.getValue());
            b.loadConstant((int) exit.getKey());
            Label save = e.label(Integer.MIN_VALUE);
            b.goto_(save);
        }
        Label save = e.exits().get(Integer.MIN_VALUE);
        if (save != null) {
            b.labelBinding(save);
            b.istore(ENTRY_SAVED);
            for (int r = 0; r <= 9; r++) {
                b.aload(FILE_SAVED).loadConstant(r);
                e.load(r);
                b.lastore();
            }
            b.iload(ENTRY_SAVED).ireturn();
        }
    }

    /** R0 to the file, at the end of the function. */
    static void saveResult(Emission e) {
        e.b.aload(FILE_SAVED).loadConstant(0);
        e.load(0);
        e.b.lastore();
    }

    /** The dispatcher: a subprogram's method that only calls its chunks. */
    static void dispatch(CodeBuilder b, ClassDesc owner, int entry, List<Chunks.Chunk> chunks) {
        b.aload(Locals.CONTEXT);
        b.invokevirtual(Names.CONTEXT, "pushRegisters", java.lang.constant.MethodTypeDesc.of(FILE_TYPE));
        b.astore(FILE_IN_DISPATCHER);
        int[] given = {1, 2, 3, 4, 5, 10};
        for (int r : given) {
            b.aload(FILE_IN_DISPATCHER).loadConstant(r).lload(Locals.of(r)).lastore();
        }
        b.loadConstant(chunks.getFirst().start()).istore(NEXT);
        Label loop = b.newLabel();
        Label done = b.newLabel();
        b.labelBinding(loop);
        for (int i = 0; i < chunks.size(); i++) {
            Label other = b.newLabel();
            if (i < chunks.size() - 1) {
                b.iload(NEXT).loadConstant(chunks.get(i).end()).if_icmpge(other);
            }
            b.aload(Locals.CONTEXT).aload(FILE_IN_DISPATCHER).iload(NEXT);
            b.invokestatic(owner, MethodEmitter.name(entry) + "_" + i, Names.CHUNK);
            b.istore(NEXT);
            b.iload(NEXT).iflt(done);
            b.goto_(loop);
            b.labelBinding(other);
            if (i == chunks.size() - 1) {
                b.goto_(loop);
            }
        }
        b.labelBinding(done);
        b.aload(Locals.CONTEXT).invokevirtual(Names.CONTEXT, "popRegisters", Names.VOID);
        b.aload(FILE_IN_DISPATCHER).loadConstant(0).laload().lreturn();
    }
}
