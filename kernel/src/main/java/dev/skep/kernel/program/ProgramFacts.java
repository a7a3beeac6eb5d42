package dev.skep.kernel.program;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What the walk proved of each instruction, over all paths. Engines may rely on it for speed; memory stays guarded by
 * the slab.
 *
 * <p><em>Shape</em>: arrays have one entry per slot. An entry no path reached keeps its neutral value.
 */
public final class ProgramFacts {
    /** What {@link #mapAtCall} says when paths differ; -1 when no path told. */
    public static final int SEVERAL_MAPS = -2;

    /** Nothing is known. */
    public static final ProgramFacts NONE = new ProgramFacts(0);

    /** The region that the base register of a memory access pointed to. */
    public enum Region {
        /** Not reached, or not a memory access. */
        NONE,
        STACK,
        CTX,
        PACKET,
        PACKET_META,
        MAP_VALUE,
        MAP_KEY,
        MEM,
        FLOW_KEYS,
        SOCKET,
        /** A kernel object read through BTF: may fault, reads zero then. */
        BTF,
        BUFFER,
        ARENA,
        /** Different regions on different paths. */
        MIXED
    }

    /** Value of {@link #stackOffset} when the offset is not one constant, or not the own frame's. */
    public static final int VARIABLE = Integer.MIN_VALUE;

    private static final int FRAME_BYTES = 512;

    private final BitSet reached;
    private final Region[] region;
    private final int[] stackOffset;
    private final byte[] stackBytes;
    private final int[] stackOwner;
    private final int[] mapAtCall;
    private final int[] callbackAtCall;
    private final byte[] branches;
    private final Map<Integer, BitSet> shared = new HashMap<>();
    private final BitSet writableMemory = new BitSet();
    private final BitSet readOnlyMemory = new BitSet();
    private boolean wideDynptrs;

    public ProgramFacts(int slots) {
        reached = new BitSet(slots);
        region = new Region[slots];
        Arrays.fill(region, Region.NONE);
        stackOffset = new int[slots];
        Arrays.fill(stackOffset, VARIABLE);
        stackBytes = new byte[slots];
        stackOwner = new int[slots];
        mapAtCall = new int[slots];
        Arrays.fill(mapAtCall, -1);
        callbackAtCall = new int[slots];
        Arrays.fill(callbackAtCall, -1);
        branches = new byte[slots];
    }

    /** Notes a visit. */
    public void visit(int insn) {
        reached.set(insn);
    }

    /** Notes an access, at no one place of the own frame. */
    public void access(int insn, Region where) {
        if (stackOffset[insn] != VARIABLE) {
            share(stackOwner[insn], stackOffset[insn], stackOffset[insn] + stackBytes[insn]);
            stackOffset[insn] = VARIABLE;
        }
        region[insn] = region[insn] == Region.NONE || region[insn] == where ? where : Region.MIXED;
    }

    /**
     * Notes a stack access at one place in the own frame.
     *
     * @param subprogram first slot of the function
     * @param offset offset from the frame's end, negative
     */
    public void stackAccess(int insn, int subprogram, int offset, int bytes) {
        if (region[insn] == Region.NONE) {
            region[insn] = Region.STACK;
            stackOwner[insn] = subprogram;
            stackOffset[insn] = offset;
            stackBytes[insn] = (byte) bytes;
        } else if (stackOffset[insn] != offset || stackBytes[insn] != bytes) {
            share(subprogram, offset, (long) offset + bytes);
            access(insn, Region.STACK);
        }
    }

    /**
     * Notes that the bytes [from, to) of a frame are touched by other means than one plain access at one place: by a
     * call, through a pointer in another function, at an offset that varies.
     *
     * @param subprogram first slot of the function whose frame it is
     * @param from offset from the frame's end, negative; clamped to the frame
     */
    public void share(int subprogram, long from, long to) {
        int low = (int) Math.clamp(from, -FRAME_BYTES, 0);
        int high = (int) Math.clamp(to, low, 0);
        shared.computeIfAbsent(subprogram, _ -> new BitSet(FRAME_BYTES)).set(low + FRAME_BYTES, high + FRAME_BYTES);
    }

    /**
     * True when the byte at this offset of a function's frame may be touched by other means than {@link #stackOffset}
     * says.
     */
    public boolean isShared(int subprogram, int offset) {
        BitSet bytes = shared.get(subprogram);
        return bytes != null && bytes.get(offset + FRAME_BYTES);
    }

    /** Notes the subprogram that a call was given as its callback, by its first slot. */
    public void callback(int insn, int entry) {
        callbackAtCall[insn] = callbackAtCall[insn] == -1 || callbackAtCall[insn] == entry ? entry : -2;
    }

    /** First slot of the one subprogram that this call calls back, or negative. */
    public int callbackAtCall(int insn) {
        return callbackAtCall.length == 0 ? -2 : callbackAtCall[insn];
    }

    /** Notes the map that a helper call is given: its index, or -2 when it is not one constant. */
    public void mapArgument(int insn, int map) {
        mapAtCall[insn] = mapAtCall[insn] == -1 || mapAtCall[insn] == map ? map : SEVERAL_MAPS;
    }

    /**
     * Notes whether the dynptr that this call makes over memory is read-only; false when another path said otherwise.
     */
    public boolean localMemory(int insn, boolean readOnly) {
        (readOnly ? readOnlyMemory : writableMemory).set(insn);
        return !(readOnlyMemory.get(insn) && writableMemory.get(insn));
    }

    /** True when this call makes read-only dynptrs over memory. */
    public boolean makesReadOnly(int insn) {
        return readOnlyMemory.get(insn);
    }

    /** Notes that the program was verified by the rules of Linux 6.19. */
    public void wideDynptrs() {
        wideDynptrs = true;
    }

    /** True when sizes and offsets of dynptrs are 64-bit numbers (Linux 6.19); else the upper halves do not count. */
    public boolean hasWideDynptrs() {
        return wideDynptrs;
    }

    /** Notes that a conditional jump was taken (or not) on some path. */
    public void branch(int insn, boolean taken) {
        branches[insn] |= (byte) (taken ? 2 : 1);
    }

    public boolean reached(int insn) {
        return reached.get(insn);
    }

    public Region region(int insn) {
        return region.length == 0 ? Region.MIXED : region[insn];
    }

    /** Offset (negative, bytes) of a stack access in the own frame, or {@link #VARIABLE}. */
    public int stackOffset(int insn) {
        return stackOffset.length == 0 ? VARIABLE : stackOffset[insn];
    }

    /** Bytes of a stack access. */
    public int stackBytes(int insn) {
        return stackBytes[insn];
    }

    /** Index of the one map that this call names, or negative. */
    public int mapAtCall(int insn) {
        return mapAtCall.length == 0 ? SEVERAL_MAPS : mapAtCall[insn];
    }

    /** True when some path takes the jump. */
    public boolean mayJump(int insn) {
        return branches.length == 0 || (branches[insn] & 2) != 0;
    }

    /** True when some path does not take the jump. */
    public boolean mayFallThrough(int insn) {
        return branches.length == 0 || (branches[insn] & 1) != 0;
    }
}
