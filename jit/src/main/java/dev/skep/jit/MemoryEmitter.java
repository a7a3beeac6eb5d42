package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.skep.kernel.program.ProgramFacts.Region;
import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.Instruction;
import dev.skep.runtime.interp.Operations;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Loads, stores and atomics on the slab's segment, bounds check included. */
final class MemoryEmitter {
    private static final MethodTypeDesc PROBE = MethodTypeDesc.of(CD_long, Names.SEGMENT, CD_long, CD_int);
    private static final MethodTypeDesc ATOMIC =
            MethodTypeDesc.of(CD_long, Names.SEGMENT, CD_int, CD_int, CD_long, CD_long, CD_long);

    private static final MethodTypeDesc ARENA_LOAD =
            MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_long, CD_long, CD_int);
    private static final MethodTypeDesc ARENA_STORE =
            MethodTypeDesc.of(CD_void, Names.CONTEXT, CD_long, CD_long, CD_int, CD_long);
    private static final MethodTypeDesc ARENA_ATOMIC =
            MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_int, CD_int, CD_long, CD_long, CD_long, CD_long);

    private MemoryEmitter() {}

    static void load(Emission e, int insn, Instruction.Load l) {
        Region region = e.flow.facts.region(insn);
        StackLocals.Cell cell = e.stack.at(insn);
        if (cell != null) {
            CellEmitter.load(e, cell, e.flow.facts.stackOffset(insn), l);
        } else if (region == Region.ARENA) {
            arenaAddress(e, l.src(), l.offset());
            e.b.loadConstant(l.size() | (l.signed() ? Operations.SIGNED : 0));
            e.b.invokestatic(Names.ARENA, "load", ARENA_LOAD);
        } else if (region == Region.BTF) {
            e.memory();
            e.address(l.src(), l.offset());
            e.b.loadConstant(l.size() | (l.signed() ? Operations.SIGNED : 0));
            e.b.invokestatic(Names.OPERATIONS, "probe", PROBE);
        } else {
            begin(e, l.size(), l.src(), l.offset());
            e.b.invokevirtual(Names.VAR_HANDLE, "get", MethodTypeDesc.of(carrier(l.size()), Names.SEGMENT, CD_long));
            extend(e.b, l);
        }
        e.store(l.dst());
    }

    private static void extend(CodeBuilder b, Instruction.Load l) {
        switch (l.size()) {
            case 1 -> mask(b, l.signed(), 0xff);
            case 2 -> mask(b, l.signed(), 0xffff);
            case 4 -> {
                if (l.signed()) {
                    b.i2l();
                } else {
                    AluEmitter.widen(b);
                }
            }
            default -> {}
        }
    }

    private static void mask(CodeBuilder b, boolean signed, int mask) {
        if (!signed) {
            b.loadConstant(mask);
            b.iand();
        }
        b.i2l();
    }

    private static void arenaAddress(Emission e, int base, int offset) {
        e.b.aload(Locals.CONTEXT);
        e.load(base);
        e.b.loadConstant((long) offset);
    }

    static void store(Emission e, int insn, Instruction.Store s) {
        if (e.stack.at(insn) != null) {
            e.load(s.src());
            CellEmitter.store(e, e.stack.at(insn), e.flow.facts.stackOffset(insn), s.size());
            return;
        }
        if (e.flow.facts.region(insn) == Region.ARENA) {
            arenaAddress(e, s.base(), s.offset());
            e.b.loadConstant(s.size());
            e.load(s.src());
            e.b.invokestatic(Names.ARENA, "store", ARENA_STORE);
            return;
        }
        begin(e, s.size(), s.base(), s.offset());
        e.load(s.src());
        narrow(e.b, s.size());
        set(e.b, s.size());
    }

    static void storeImm(Emission e, int insn, Instruction.StoreImm s) {
        if (e.stack.at(insn) != null) {
            e.b.loadConstant((long) s.imm());
            CellEmitter.store(e, e.stack.at(insn), e.flow.facts.stackOffset(insn), s.size());
            return;
        }
        if (e.flow.facts.region(insn) == Region.ARENA) {
            arenaAddress(e, s.base(), s.offset());
            e.b.loadConstant(s.size());
            e.b.loadConstant((long) s.imm());
            e.b.invokestatic(Names.ARENA, "store", ARENA_STORE);
            return;
        }
        begin(e, s.size(), s.base(), s.offset());
        switch (s.size()) {
            case 1 -> e.b.loadConstant((int) (byte) s.imm());
            case 2 -> e.b.loadConstant((int) (short) s.imm());
            case 4 -> e.b.loadConstant(s.imm());
            default -> e.b.loadConstant((long) s.imm());
        }
        set(e.b, s.size());
    }

    private static void begin(Emission e, int size, int base, int offset) {
        e.b.getstatic(Names.LAYOUTS, "V" + size * 8, Names.VAR_HANDLE);
        e.memory();
        e.segmentOffset(base, offset);
    }

    private static void narrow(CodeBuilder b, int size) {
        switch (size) {
            case 1 -> b.l2i().i2b();
            case 2 -> b.l2i().i2s();
            case 4 -> b.l2i();
            default -> {}
        }
    }

    private static void set(CodeBuilder b, int size) {
        b.invokevirtual(Names.VAR_HANDLE, "set", MethodTypeDesc.of(CD_void, Names.SEGMENT, CD_long, carrier(size)));
    }

    private static ClassDesc carrier(int size) {
        return switch (size) {
            case 1 -> CD_byte;
            case 2 -> CD_short;
            case 4 -> CD_int;
            default -> CD_long;
        };
    }

    static void atomic(Emission e, int insn, Instruction.Atomic a) {
        boolean arena = e.flow.facts.region(insn) == Region.ARENA;
        if (arena) {
            e.b.aload(Locals.CONTEXT);
        } else {
            e.memory();
        }
        e.b.loadConstant(a.imm());
        e.b.loadConstant(a.size());
        if (arena) {
            e.load(a.base());
            e.b.loadConstant((long) a.offset());
        } else {
            e.address(a.base(), a.offset());
        }
        e.load(a.src());
        e.load(0);
        if (arena) {
            e.b.invokestatic(Names.ARENA, "atomic", ARENA_ATOMIC);
        } else {
            e.b.invokestatic(Names.ATOMIC, "apply", ATOMIC);
        }
        if (a.op() == AtomicOp.CMPXCHG) {
            e.store(0);
        } else if (a.op() == AtomicOp.LOAD_ACQUIRE) {
            e.store(a.dst());
        } else if (a.op().fetches()) {
            e.store(a.src());
        } else {
            e.b.pop2();
        }
    }
}
