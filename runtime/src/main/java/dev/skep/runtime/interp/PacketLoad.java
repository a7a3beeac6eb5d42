package dev.skep.runtime.interp;

import dev.skep.runtime.RunContext;

/**
 * The legacy LD_ABS and LD_IND: big-endian loads from the packet into R0. A load outside ends the function with R0 = 0.
 */
public final class PacketLoad {

    private PacketLoad() {}

    /**
     * The value at a packet offset, zero-extended; -1 when the packet is too short. Negative offsets name link or
     * network layer.
     */
    public static long load(RunContext cx, int offset, int size) {
        return cx.packetLoad(offset, size);
    }

    static boolean step(RunContext cx, long[] r, long word, int imm) {
        int size = Op.dst(word);
        int offset = imm;
        if (Op.high(word) != 0) {
            offset += (int) r[Op.src(word)];
        }
        long value = load(cx, offset, size);
        r[0] = Math.max(value, 0);
        return value >= 0;
    }
}
