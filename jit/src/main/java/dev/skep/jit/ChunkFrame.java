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
 * The seams of a subprogram that is several methods. Registers cross them in an array; inside a chunk they are locals.
 * A dispatcher calls chunk after chunk, each answering with the chunk and slot to go on at.
 */
final class ChunkFrame {
    private static final int FILE = 1;
    private static final int ENTRY = 2;
    private static final int NEXT = 25;
    private static final int FILE_IN_DISPATCHER = 23;
    private static final int CHUNK = 26;
    /**
     * What a chunk answers: the next chunk's number, then the slot to enter it at. Programs have at most a million
     * slots.
     */
    private static final int SLOT_BITS = 20;

    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final ClassDesc FILE_TYPE = java.lang.constant.ConstantDescs.CD_long.arrayType();
    /** In a chunk the register file moves here, since R1's local takes its place. */
    private static final int FILE_SAVED = Locals.FREE;

    private static final int ENTRY_SAVED = Locals.FREE + 1;

    private ChunkFrame() {}

    /** The slots in [from, to) that other chunks jump or fall into, the first among them. */
    private static TreeSet<Integer> doors(Flow flow, int from, int to, Seams seams) {
        TreeSet<Integer> doors = new TreeSet<>();
        doors.add(from);
        int end = seams.end();
        for (int i = seams.start(); i < end; i += flow.code.width(i)) {
            int target = switch (flow.code.at(i)) {
                case Instruction.Branch b -> i + 1 + b.offset();
                case Instruction.Goto g -> i + 1 + g.offset();
                case Instruction.MayGoto g -> i + 1 + g.offset();
                case null, default -> -1;
            };
            boolean outside = i < from || i >= to;
            if (outside && target >= from && target < to && flow.reached.get(target)) {
                doors.add(target);
            }
        }
        return doors;
    }

    /** Writes one chunk's method. */
    static void chunk(Emission e) {
        e.b.aload(FILE).astore(FILE_SAVED);
        e.b.iload(ENTRY).istore(ENTRY_SAVED);
        e.guarded(() -> {
            enter(e, doors(e.flow, e.start, e.end, e.seams));
            MethodEmitter.body(e);
        });
    }

    /** Begins a chunk: what is read later from the file to locals, then to the door asked for. */
    private static void enter(Emission e, TreeSet<Integer> doors) {
        CodeBuilder b = e.b;
        long live = 0;
        for (int door : doors) {
            live |= e.seams.live(door);
        }
        for (int v = 0; v < e.seams.variables(); v++) {
            if ((live >>> v & 1) != 0) {
                b.aload(FILE_SAVED).loadConstant(v).laload();
            } else {
                b.loadConstant(0L);
            }
            e.store(v);
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

    /**
     * Emits the ways out that jumps and the chunk's end have asked for: what is read later to the file, answer the
     * slot.
     */
    static void leave(Emission e) {
        CodeBuilder b = e.b;
        for (Map.Entry<Integer, Label> exit : Map.copyOf(e.exits()).entrySet()) {
            b.labelBinding(exit.getValue());
            long live = e.seams.live(exit.getKey());
            for (int v = 0; v < e.seams.variables(); v++) {
                if (v != 10 && (live >>> v & 1) != 0) {
                    b.aload(FILE_SAVED).loadConstant(v);
                    e.load(v);
                    b.lastore();
                }
            }
            b.loadConstant(e.seams.chunkOf(exit.getKey()) << SLOT_BITS | exit.getKey());
            b.ireturn();
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
        b.loadConstant(0).istore(CHUNK);
        Label loop = b.newLabel();
        Label done = b.newLabel();
        List<SwitchCase> cases = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            cases.add(SwitchCase.of(i, b.newLabel()));
        }
        b.labelBinding(loop);
        b.iload(CHUNK).tableswitch(0, chunks.size() - 1, done, cases);
        for (int i = 0; i < chunks.size(); i++) {
            b.labelBinding(cases.get(i).target());
            b.aload(Locals.CONTEXT).aload(FILE_IN_DISPATCHER).iload(NEXT);
            b.invokestatic(owner, MethodEmitter.name(entry) + "_" + i, Names.CHUNK);
            b.dup().loadConstant(SLOT_MASK).iand().istore(NEXT);
            b.loadConstant(SLOT_BITS).ishr().istore(CHUNK);
            b.goto_(loop);
        }
        b.labelBinding(done);
        b.aload(Locals.CONTEXT).invokevirtual(Names.CONTEXT, "popRegisters", Names.VOID);
        b.aload(FILE_IN_DISPATCHER).loadConstant(0).laload().lreturn();
    }
}
