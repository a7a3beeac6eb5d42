package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.skep.object.isa.Instruction;
import java.lang.constant.MethodTypeDesc;

/** Instructions to JVM code, one after the other, in the order of their slots. */
final class MethodEmitter {
    private static final MethodTypeDesc UNDEFINED = MethodTypeDesc.of(Names.of(RuntimeException.class), CD_int);
    private static final MethodTypeDesc PACKET_LOAD = MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_int, CD_int);

    private MethodEmitter() {}

    /** The name of the method of the subprogram that starts at {@code entry}. */
    static String name(int entry) {
        return "sub" + entry;
    }

    /** A whole subprogram in one method: R1 to R5 and R10 are parameters, the others start as zero. */
    static void whole(Emission e) {
        for (int r : new int[] {0, 6, 7, 8, 9}) {
            e.b.loadConstant(0L);
            e.store(r);
        }
        for (int cell = 0; cell < e.stack.count(); cell++) {
            e.b.loadConstant(0L);
            e.store(11 + cell);
        }
        e.guarded(() -> body(e));
    }

    /** The instructions of [start, end). */
    static void body(Emission e) {
        boolean open = true;
        for (int i = e.start; i < e.end; i += e.flow.code.width(i)) {
            if (!e.flow.reached.get(i)) {
                if (open) {
                    undefined(e, i);
                }
                open = false;
                continue;
            }
            if (e.flow.targets.get(i) || i == e.start || e.isChunk) {
                e.b.labelBinding(e.label(i));
            }
            one(e, i, e.flow.code.at(i));
            open = fallsThrough(e, i);
        }
        if (open) {
            e.b.goto_(e.label(e.end));
        }
        if (e.isChunk) {
            ChunkFrame.leave(e);
        } else {
            e.exits().forEach((slot, label) -> {
                e.b.labelBinding(label);
                undefined(e, slot);
            });
        }
    }

    private static boolean fallsThrough(Emission e, int insn) {
        return switch (e.flow.code.at(insn)) {
            case Instruction.Exit _, Instruction.Goto _, Instruction.Undefined _ -> false;
            case Instruction.Branch _ -> e.flow.mayFallThrough(insn);
            case null, default -> true;
        };
    }

    private static boolean mayFault(Emission e, int i, Instruction insn) {
        return switch (insn) {
            case Instruction.Load _, Instruction.Store _, Instruction.StoreImm _ -> e.stack.at(i) == null;
            case Instruction.Atomic _, Instruction.PacketLoad _, Instruction.Call _ -> true;
            case Instruction.Branch _, Instruction.Goto _ -> e.ticking;
            default -> false;
        };
    }

    private static void one(Emission e, int i, Instruction insn) {
        if (mayFault(e, i, insn)) {
            e.at(i);
        }
        switch (insn) {
            case Instruction.Alu a -> AluEmitter.alu(e, a);
            case Instruction.Negate n -> AluEmitter.negate(e, n);
            case Instruction.Move m -> AluEmitter.move(e, m);
            case Instruction.AddrSpaceCast c -> AluEmitter.cast(e, c);
            case Instruction.ByteSwap s -> {
                if (AluEmitter.isUnknown(s)) {
                    undefined(e, i);
                } else {
                    AluEmitter.swap(e, s);
                }
            }
            case Instruction.LoadImm64 l -> {
                e.b.loadConstant(e.program.constant(i));
                e.store(l.dst());
            }
            case Instruction.Load l -> MemoryEmitter.load(e, i, l);
            case Instruction.Store s -> MemoryEmitter.store(e, i, s);
            case Instruction.StoreImm s -> MemoryEmitter.storeImm(e, i, s);
            case Instruction.Atomic a -> {
                if (a.op() == null) {
                    undefined(e, i);
                } else {
                    MemoryEmitter.atomic(e, i, a);
                }
            }
            case Instruction.PacketLoad l -> packetLoad(e, l);
            case Instruction.Goto g -> BranchEmitter.jump(e, i, g.offset());
            case Instruction.MayGoto g -> BranchEmitter.mayGoto(e, i, g);
            case Instruction.Branch j -> BranchEmitter.branch(e, i, j);
            case Instruction.Call c -> CallEmitter.call(e, i, c);
            case Instruction.Exit _ -> e.exit();
            case Instruction.Undefined _ -> undefined(e, i);
        }
    }

    /** Emits the fault of reaching what cannot run. */
    static void undefined(Emission e, int insn) {
        e.at(insn);
        e.b.loadConstant(insn);
        e.b.invokestatic(Names.COMPILED, "undefined", UNDEFINED);
        e.b.athrow();
    }

    private static void packetLoad(Emission e, Instruction.PacketLoad l) {
        var within = e.b.newLabel();
        e.b.aload(Locals.CONTEXT);
        e.b.loadConstant(l.imm());
        if (l.indirect()) {
            e.load(l.src());
            e.b.l2i().iadd();
        }
        e.b.loadConstant(l.size());
        e.b.invokestatic(Names.PACKET, "load", PACKET_LOAD);
        e.store(0);
        e.load(0);
        e.b.loadConstant(0L).lcmp().ifge(within);
        e.b.loadConstant(0L);
        e.store(0);
        e.exit();
        e.b.labelBinding(within);
    }
}
