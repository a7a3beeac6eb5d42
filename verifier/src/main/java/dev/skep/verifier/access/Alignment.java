package dev.skep.verifier.access;

import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Alignment of an access to its size: always on the stack and for atomics, never in an arena, elsewhere only in strict
 * mode.
 *
 * <p>Packets are taken to start two bytes after a multiple of four, as network drivers place them.
 */
public final class Alignment {
    private static final int PACKET_PAD = 2;

    private Alignment() {}

    /** Checks an access of {@code size} bytes at {@code insnOff} from {@code reg}; {@code always} ignores the mode. */
    public static void check(Walk w, RegState reg, int insnOff, int size, boolean always) {
        if (size == 1 || reg.type instanceof RegType.Arena) {
            return;
        }
        boolean stack = reg.type instanceof RegType.Stack;
        if (!stack && !always && !strict(w)) {
            return;
        }
        boolean packet =
                reg.type.flags() == 0 && (reg.type instanceof RegType.Packet || reg.type instanceof RegType.PacketMeta);
        long fixed = (long) reg.off + insnOff + (packet ? PACKET_PAD : 0);
        long bits = reg.var.isConst() ? reg.var.constValue() + fixed : alignedBits(reg, fixed);
        if ((bits & size - 1) == 0) {
            return;
        }
        if (packet) {
            throw w.reject(
                    Reject.EACCES,
                    "misaligned packet access off %d+%s+%d+%d size %d",
                    PACKET_PAD,
                    PointerOffset.bits(reg),
                    reg.off,
                    insnOff,
                    size);
        }
        throw w.reject(
                Reject.EACCES,
                "misaligned %saccess off %s+%d+%d size %d",
                word(reg.type),
                PointerOffset.bits(reg),
                reg.off,
                insnOff,
                size);
    }

    private static long alignedBits(RegState reg, long fixed) {
        var sum = reg.var.var.add(dev.skep.verifier.value.Tnum.of(fixed));
        return sum.value() | sum.mask();
    }

    /** True when every access must be aligned. */
    public static boolean strict(Walk w) {
        int flags = w.program.flags();
        return (w.options.strictAlignment() || (flags & ProgramSpec.F_STRICT_ALIGNMENT) != 0)
                && (flags & ProgramSpec.F_ANY_ALIGNMENT) == 0;
    }

    private static String word(RegType type) {
        if (type.flags() != 0) {
            return "";
        }
        return switch (type) {
            case RegType.Stack _ -> "stack ";
            case RegType.FlowKeys _ -> "flow keys ";
            case RegType.MapKey _ -> "key ";
            case RegType.MapValue _ -> "value ";
            case RegType.Ctx _ -> "context ";
            case RegType.Socket _ -> "sock ";
            case RegType.SockCommon _ -> "sock_common ";
            case RegType.TcpSock _ -> "tcp_sock ";
            case RegType.XdpSock _ -> "xdp_sock ";
            default -> "";
        };
    }
}
