package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.JumpOp;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;

/**
 * Comparisons of packet pointers with the packet's end (or of metadata pointers with the packet's start): the outcome
 * proves how many bytes there are.
 */
final class PacketRange {
    private static final int MAX_OFFSET = 0xffff;
    private static final int AT_END = -1;
    private static final int BEYOND_END = -2;

    private PacketRange() {}

    /** True for the kinds of pointer into or at the end of a packet. */
    static boolean isPacket(RegState reg) {
        return reg.type.flags() == 0
                && (reg.type instanceof RegType.Packet
                        || reg.type instanceof RegType.PacketMeta
                        || reg.type instanceof RegType.PacketEnd);
    }

    /** The outcome of a comparison with the end when an earlier one has told: 1, 0, or -1 when it is open. */
    static int predict(JumpOp op, RegState a, RegState b) {
        RegState packet;
        if (b.type instanceof RegType.PacketEnd) {
            packet = a;
        } else if (a.type instanceof RegType.PacketEnd) {
            packet = b;
            op = op.swapped();
        } else {
            return -1;
        }
        int range = packet.type instanceof RegType.Packet p
                ? p.range()
                : packet.type instanceof RegType.PacketMeta m ? m.range() : 0;
        if (range >= 0) {
            return -1;
        }
        return switch (op) {
            case GT, LE -> range == BEYOND_END ? op == JumpOp.GT ? 1 : 0 : -1;
            case GE, LT -> op == JumpOp.GE ? 1 : 0;
            default -> -1;
        };
    }

    /**
     * Learns from a comparison.
     *
     * @param taken the state where the jump is taken; {@code notTaken} the other
     * @return false when this is no comparison of a packet pointer with its end
     */
    static boolean learn(Instruction.Branch i, RegState a, RegState b, VerifierState taken, VerifierState notTaken) {
        JumpOp op = i.op();
        int number = i.dst();
        if (isBounded(b, a)) {
            RegState swap = a;
            a = b;
            b = swap;
            op = op.swapped();
            number = i.src();
        } else if (!isBounded(a, b)) {
            return false;
        }
        VerifierState inside;
        VerifierState outside;
        boolean strict;
        switch (op) {
            case GT, GE -> {
                inside = notTaken;
                outside = taken;
                strict = op == JumpOp.GE;
            }
            case LT, LE -> {
                inside = taken;
                outside = notTaken;
                strict = op == JumpOp.LT;
            }
            default -> {
                return false;
            }
        }
        prove(inside, a, strict);
        if (a.type instanceof RegType.Packet) {
            RegState past = outside.frame().regs[number];
            outside.frame().regs[number] = past.withType(new RegType.Packet(0, strict ? AT_END : BEYOND_END));
        }
        return true;
    }

    /** True when comparing {@code a} with {@code b} says something of {@code a}. */
    private static boolean isBounded(RegState a, RegState b) {
        if (a.type.flags() != 0 || b.type.flags() != 0) {
            return false;
        }
        return a.type instanceof RegType.Packet && b.type instanceof RegType.PacketEnd
                || a.type instanceof RegType.PacketMeta && isPacketStart(b);
    }

    private static boolean isPacketStart(RegState reg) {
        return reg.type instanceof RegType.Packet && reg.off == 0 && reg.var.isConst(0);
    }

    private static void prove(VerifierState s, RegState a, boolean strict) {
        if (a.off < 0 || a.off == 0 && strict) {
            return;
        }
        long most = a.var.umax;
        if (Long.compareUnsigned(most, MAX_OFFSET) > 0 || most + a.off > MAX_OFFSET) {
            return;
        }
        int range = a.off + (strict ? 1 : 0);
        boolean meta = a.type instanceof RegType.PacketMeta;
        int id = a.id;
        s.mapRegisters(r -> r.id != id
                ? r
                : switch (r.type) {
                    case RegType.Packet p
                    when !meta && p.flags() == 0 && p.range() < range -> r.withType(new RegType.Packet(0, range));
                    case RegType.PacketMeta p
                    when meta && p.flags() == 0 && p.range() < range -> r.withType(new RegType.PacketMeta(0, range));
                    default -> r;
                });
    }
}
