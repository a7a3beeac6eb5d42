package dev.skep.runtime.interp;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.ProgramCode;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.StepObserver;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Runs a decoded program: one loop, one switch. Calls between subprograms stay in the loop; callbacks re-enter it.
 *
 * <p>{@link #execute} must stay below 8,000 bytes of JVM code, or HotSpot never compiles it; a test holds that. So each
 * case is one short line, and everything longer is a method elsewhere. Nothing is allocated per run.
 */
public final class Interpreter implements ProgramCode {
    private final DecodedProgram decoded;

    private Interpreter(DecodedProgram decoded) {
        this.decoded = decoded;
    }

    /** Prepares a program. */
    public static Interpreter of(LoadedProgram program) {
        return new Interpreter(Decoder.decode(program));
    }

    DecodedProgram decoded() {
        return decoded;
    }

    @Override
    public long run(RunContext cx, long context) {
        long[] r = cx.pushRegisters();
        try {
            r[1] = context;
            r[10] = cx.frame();
            return execute(cx, decoded, 0, r);
        } finally {
            cx.popRegisters();
        }
    }

    @Override
    public long call(RunContext cx, int entry, long r1, long r2, long r3, long r4, long r5) {
        long[] r = cx.pushRegisters();
        long frame = cx.frame();
        try {
            r[1] = r1;
            r[2] = r2;
            r[3] = r3;
            r[4] = r4;
            r[5] = r5;
            r[10] = cx.enterFrame();
            return execute(cx, decoded, entry, r);
        } finally {
            cx.leaveFrame(frame);
            cx.popRegisters();
        }
    }

    private static long execute(RunContext cx, DecodedProgram p, int pc, long[] r) {
        MemorySegment memory = cx.memory();
        long[] code = p.code;
        long[] imm = p.imm;
        int bottom = cx.depth();
        StepObserver observer = cx.observer();
        try {
            while (true) {
                if (observer != null) {
                    observer.before(cx, p.program, pc, r);
                }
                long word = code[pc];
                int d = (int) word >>> 8 & 15;
                int s = (int) word >>> 12 & 15;
                boolean taken = false;
                switch ((int) word & 0xff) {
                    case Op.ADD64 -> r[d] += r[s];
                    case Op.ADD64_IMM -> r[d] += imm[pc];
                    case Op.SUB64 -> r[d] -= r[s];
                    case Op.SUB64_IMM -> r[d] -= imm[pc];
                    case Op.MUL64 -> r[d] *= r[s];
                    case Op.MUL64_IMM -> r[d] *= imm[pc];
                    case Op.DIV64 -> r[d] = Operations.div64(r[d], r[s]);
                    case Op.DIV64_IMM -> r[d] = Operations.div64(r[d], imm[pc]);
                    case Op.OR64 -> r[d] |= r[s];
                    case Op.OR64_IMM -> r[d] |= imm[pc];
                    case Op.AND64 -> r[d] &= r[s];
                    case Op.AND64_IMM -> r[d] &= imm[pc];
                    case Op.LSH64 -> r[d] <<= (int) r[s];
                    case Op.LSH64_IMM -> r[d] <<= (int) imm[pc];
                    case Op.RSH64 -> r[d] >>>= (int) r[s];
                    case Op.RSH64_IMM -> r[d] >>>= (int) imm[pc];
                    case Op.MOD64 -> r[d] = Operations.mod64(r[d], r[s]);
                    case Op.MOD64_IMM -> r[d] = Operations.mod64(r[d], imm[pc]);
                    case Op.XOR64 -> r[d] ^= r[s];
                    case Op.XOR64_IMM -> r[d] ^= imm[pc];
                    case Op.ARSH64 -> r[d] >>= (int) r[s];
                    case Op.ARSH64_IMM -> r[d] >>= (int) imm[pc];
                    case Op.SDIV64 -> r[d] = Operations.sdiv64(r[d], r[s]);
                    case Op.SDIV64_IMM -> r[d] = Operations.sdiv64(r[d], imm[pc]);
                    case Op.SMOD64 -> r[d] = Operations.smod64(r[d], r[s]);
                    case Op.SMOD64_IMM -> r[d] = Operations.smod64(r[d], imm[pc]);
                    case Op.ADD32 -> r[d] = Operations.add32(r[d], r[s]);
                    case Op.ADD32_IMM -> r[d] = Operations.add32(r[d], imm[pc]);
                    case Op.SUB32 -> r[d] = Operations.sub32(r[d], r[s]);
                    case Op.SUB32_IMM -> r[d] = Operations.sub32(r[d], imm[pc]);
                    case Op.MUL32 -> r[d] = Operations.mul32(r[d], r[s]);
                    case Op.MUL32_IMM -> r[d] = Operations.mul32(r[d], imm[pc]);
                    case Op.DIV32 -> r[d] = Operations.div32(r[d], r[s]);
                    case Op.DIV32_IMM -> r[d] = Operations.div32(r[d], imm[pc]);
                    case Op.OR32 -> r[d] = Operations.or32(r[d], r[s]);
                    case Op.OR32_IMM -> r[d] = Operations.or32(r[d], imm[pc]);
                    case Op.AND32 -> r[d] = Operations.and32(r[d], r[s]);
                    case Op.AND32_IMM -> r[d] = Operations.and32(r[d], imm[pc]);
                    case Op.LSH32 -> r[d] = Operations.lsh32(r[d], r[s]);
                    case Op.LSH32_IMM -> r[d] = Operations.lsh32(r[d], imm[pc]);
                    case Op.RSH32 -> r[d] = Operations.rsh32(r[d], r[s]);
                    case Op.RSH32_IMM -> r[d] = Operations.rsh32(r[d], imm[pc]);
                    case Op.MOD32 -> r[d] = Operations.mod32(r[d], r[s]);
                    case Op.MOD32_IMM -> r[d] = Operations.mod32(r[d], imm[pc]);
                    case Op.XOR32 -> r[d] = Operations.xor32(r[d], r[s]);
                    case Op.XOR32_IMM -> r[d] = Operations.xor32(r[d], imm[pc]);
                    case Op.ARSH32 -> r[d] = Operations.arsh32(r[d], r[s]);
                    case Op.ARSH32_IMM -> r[d] = Operations.arsh32(r[d], imm[pc]);
                    case Op.SDIV32 -> r[d] = Operations.sdiv32(r[d], r[s]);
                    case Op.SDIV32_IMM -> r[d] = Operations.sdiv32(r[d], imm[pc]);
                    case Op.SMOD32 -> r[d] = Operations.smod32(r[d], r[s]);
                    case Op.SMOD32_IMM -> r[d] = Operations.smod32(r[d], imm[pc]);
                    case Op.JEQ64 -> taken = r[d] == r[s];
                    case Op.JEQ64_IMM -> taken = r[d] == imm[pc];
                    case Op.JGT64 -> taken = Long.compareUnsigned(r[d], r[s]) > 0;
                    case Op.JGT64_IMM -> taken = Long.compareUnsigned(r[d], imm[pc]) > 0;
                    case Op.JGE64 -> taken = Long.compareUnsigned(r[d], r[s]) >= 0;
                    case Op.JGE64_IMM -> taken = Long.compareUnsigned(r[d], imm[pc]) >= 0;
                    case Op.JSET64 -> taken = (r[d] & r[s]) != 0;
                    case Op.JSET64_IMM -> taken = (r[d] & imm[pc]) != 0;
                    case Op.JNE64 -> taken = r[d] != r[s];
                    case Op.JNE64_IMM -> taken = r[d] != imm[pc];
                    case Op.JSGT64 -> taken = r[d] > r[s];
                    case Op.JSGT64_IMM -> taken = r[d] > imm[pc];
                    case Op.JSGE64 -> taken = r[d] >= r[s];
                    case Op.JSGE64_IMM -> taken = r[d] >= imm[pc];
                    case Op.JLT64 -> taken = Long.compareUnsigned(r[d], r[s]) < 0;
                    case Op.JLT64_IMM -> taken = Long.compareUnsigned(r[d], imm[pc]) < 0;
                    case Op.JLE64 -> taken = Long.compareUnsigned(r[d], r[s]) <= 0;
                    case Op.JLE64_IMM -> taken = Long.compareUnsigned(r[d], imm[pc]) <= 0;
                    case Op.JSLT64 -> taken = r[d] < r[s];
                    case Op.JSLT64_IMM -> taken = r[d] < imm[pc];
                    case Op.JSLE64 -> taken = r[d] <= r[s];
                    case Op.JSLE64_IMM -> taken = r[d] <= imm[pc];
                    case Op.JEQ32 -> taken = (int) r[d] == (int) r[s];
                    case Op.JEQ32_IMM -> taken = (int) r[d] == (int) imm[pc];
                    case Op.JGT32 -> taken = Integer.compareUnsigned((int) r[d], (int) r[s]) > 0;
                    case Op.JGT32_IMM -> taken = Integer.compareUnsigned((int) r[d], (int) imm[pc]) > 0;
                    case Op.JGE32 -> taken = Integer.compareUnsigned((int) r[d], (int) r[s]) >= 0;
                    case Op.JGE32_IMM -> taken = Integer.compareUnsigned((int) r[d], (int) imm[pc]) >= 0;
                    case Op.JSET32 -> taken = ((int) r[d] & (int) r[s]) != 0;
                    case Op.JSET32_IMM -> taken = ((int) r[d] & (int) imm[pc]) != 0;
                    case Op.JNE32 -> taken = (int) r[d] != (int) r[s];
                    case Op.JNE32_IMM -> taken = (int) r[d] != (int) imm[pc];
                    case Op.JSGT32 -> taken = (int) r[d] > (int) r[s];
                    case Op.JSGT32_IMM -> taken = (int) r[d] > (int) imm[pc];
                    case Op.JSGE32 -> taken = (int) r[d] >= (int) r[s];
                    case Op.JSGE32_IMM -> taken = (int) r[d] >= (int) imm[pc];
                    case Op.JLT32 -> taken = Integer.compareUnsigned((int) r[d], (int) r[s]) < 0;
                    case Op.JLT32_IMM -> taken = Integer.compareUnsigned((int) r[d], (int) imm[pc]) < 0;
                    case Op.JLE32 -> taken = Integer.compareUnsigned((int) r[d], (int) r[s]) <= 0;
                    case Op.JLE32_IMM -> taken = Integer.compareUnsigned((int) r[d], (int) imm[pc]) <= 0;
                    case Op.JSLT32 -> taken = (int) r[d] < (int) r[s];
                    case Op.JSLT32_IMM -> taken = (int) r[d] < (int) imm[pc];
                    case Op.JSLE32 -> taken = (int) r[d] <= (int) r[s];
                    case Op.JSLE32_IMM -> taken = (int) r[d] <= (int) imm[pc];
                    case Op.NEG64 -> r[d] = -r[d];
                    case Op.NEG32 -> r[d] = Operations.neg32(r[d]);
                    case Op.MOV64 -> r[d] = r[s];
                    case Op.MOV32 -> r[d] = r[s] & 0xffff_ffffL;
                    case Op.MOV_IMM -> r[d] = imm[pc];
                    case Op.MOVSX8 -> r[d] = (byte) r[s];
                    case Op.MOVSX16 -> r[d] = (short) r[s];
                    case Op.MOVSX32 -> r[d] = (int) r[s];
                    case Op.MOVSX8_32 -> r[d] = Operations.signExtend8To32(r[s]);
                    case Op.MOVSX16_32 -> r[d] = Operations.signExtend16To32(r[s]);
                    case Op.SWAP16 -> r[d] = Operations.swap16(r[d]);
                    case Op.SWAP32 -> r[d] = Operations.swap32(r[d]);
                    case Op.SWAP64 -> r[d] = Operations.swap64(r[d]);
                    case Op.ZEXT16 -> r[d] &= 0xffff;
                    case Op.NOP -> {}
                    case Op.LOAD_CONST -> r[d] = imm[pc++];
                    case Op.LOAD8 -> r[d] = SlabAccess.load8(memory, r[s] + (word >> 32));
                    case Op.LOAD16 -> r[d] = SlabAccess.load16(memory, r[s] + (word >> 32));
                    case Op.LOAD32 -> r[d] = SlabAccess.load32(memory, r[s] + (word >> 32));
                    case Op.LOAD64 -> r[d] = SlabAccess.load64(memory, r[s] + (word >> 32));
                    case Op.LOADS8 -> r[d] = SlabAccess.loadSigned8(memory, r[s] + (word >> 32));
                    case Op.LOADS16 -> r[d] = SlabAccess.loadSigned16(memory, r[s] + (word >> 32));
                    case Op.LOADS32 -> r[d] = SlabAccess.loadSigned32(memory, r[s] + (word >> 32));
                    case Op.PROBE -> r[d] = Operations.probe(memory, r[s] + (word >> 32), (int) imm[pc]);
                    case Op.STORE8 -> SlabAccess.store8(memory, r[d] + (word >> 32), r[s]);
                    case Op.STORE16 -> SlabAccess.store16(memory, r[d] + (word >> 32), r[s]);
                    case Op.STORE32 -> SlabAccess.store32(memory, r[d] + (word >> 32), r[s]);
                    case Op.STORE64 -> SlabAccess.store64(memory, r[d] + (word >> 32), r[s]);
                    case Op.STORE8_IMM -> SlabAccess.store8(memory, r[d] + (word >> 32), imm[pc]);
                    case Op.STORE16_IMM -> SlabAccess.store16(memory, r[d] + (word >> 32), imm[pc]);
                    case Op.STORE32_IMM -> SlabAccess.store32(memory, r[d] + (word >> 32), imm[pc]);
                    case Op.STORE64_IMM -> SlabAccess.store64(memory, r[d] + (word >> 32), imm[pc]);
                    case Op.ATOMIC -> AtomicStep.step(memory, r, word, (int) imm[pc]);
                    case Op.CHECKED -> CheckedAccess.step(cx, r, word, imm[pc]);
                    case Op.ARENA -> ArenaStep.step(cx, r, word, imm[pc]);
                    case Op.GOTO -> taken = true;
                    case Op.MAY_GOTO -> taken = cx.loopsExhausted();
                    case Op.CALL -> r[0] = p.calls[(int) imm[pc]].call(cx, r[1], r[2], r[3], r[4], r[5]);
                    case Op.CALL_SUB -> {
                        cx.pushCall(p, pc + 1, r);
                        r[10] = cx.enterFrame();
                        pc = (int) (word >> 32);
                        continue;
                    }
                    case Op.TAIL_CALL -> {
                        DecodedProgram next = TailCall.target(cx, r);
                        if (next != null) {
                            p = next;
                            code = p.code;
                            imm = p.imm;
                            pc = 0;
                            continue;
                        }
                    }
                    case Op.EXIT, Op.PACKET_LOAD -> {
                        if (((int) word & 0xff) == Op.EXIT || !PacketLoad.step(cx, r, word, (int) imm[pc])) {
                            if (cx.depth() == bottom) {
                                return r[0];
                            }
                            p = (DecodedProgram) cx.popCall(r);
                            cx.current(p.program);
                            code = p.code;
                            imm = p.imm;
                            pc = cx.returnAddress();
                            continue;
                        }
                    }
                    default -> throw Decoder.undefined(p, pc);
                }
                if (taken) {
                    int target = (int) (word >> 32);
                    if (target <= pc) {
                        cx.tick();
                    }
                    pc = target;
                } else {
                    pc++;
                }
            }
        } catch (ProgramFault fault) {
            throw fault.at(p.program.name(), pc);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
            throw Faults.memory(e).at(p.program.name(), pc);
        }
    }
}
