package dev.skep.verifier.call;

import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** The packet moved or changed: pointers into it are invalid, slices of packet dynptrs too. */
public final class PacketInvalidation {
    private PacketInvalidation() {}

    /** Invalidates every packet pointer and packet slice in all frames. */
    public static void clear(Walk w) {
        w.state.mapRegisters(r -> intoPacket(r) ? References.invalid(w) : r);
    }

    private static boolean intoPacket(RegState r) {
        return switch (r.type) {
            case RegType.Packet _, RegType.PacketMeta _, RegType.PacketEnd _ -> true;
            case RegType.Mem m -> (m.flags() & PtrFlags.DYNPTR_PACKET) != 0;
            default -> false;
        };
    }
}
