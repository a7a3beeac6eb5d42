package dev.skep.kernel.program;

import java.util.BitSet;

/**
 * What the walk proved of each instruction, over all paths. Engines may rely on it for speed; memory stays guarded by the slab.
 *
 * <p><em>Shape</em>: arrays have one entry per slot. An entry no path reached keeps its neutral value.
 */
public final class ProgramFacts {
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

    private final BitSet reached;
    private final Region[] region;
    private final int[] stackOffset;
    private final int[] mapAtCall;
    private final byte[] branches;
    private final BitSet writableMemory = new BitSet();
    private final BitSet readOnlyMemory = new BitSet();

    public ProgramFacts(int slots) {
        reached = new BitSet(slots);
        region = new Region[slots];
        java.util.Arrays.fill(region, Region.NONE);
        stackOffset = new int[slots];
        mapAtCall = new int[slots];
        java.util.Arrays.fill(mapAtCall, -1);
        branches = new byte[slots];
    }

    /** Notes a visit. */
    public void visit(int insn) {
        reached.set(insn);
    }

    /** Notes an access: stack accesses give their offset in the own frame, or {@link #VARIABLE}. */
    public void access(int insn, Region where, int offset) {
        if (region[insn] == Region.NONE) {
            region[insn] = where;
            stackOffset[insn] = offset;
        } else {
            if (region[insn] != where) {
                region[insn] = Region.MIXED;
            }
            if (stackOffset[insn] != offset) {
                stackOffset[insn] = VARIABLE;
            }
        }
    }

    /** Notes the map in R1 at a helper call: its index, or -2 when it is not one constant. */
    public void mapArgument(int insn, int map) {
        mapAtCall[insn] = mapAtCall[insn] == -1 || mapAtCall[insn] == map ? map : -2;
    }

    /** Notes whether the dynptr that this call makes over memory is read-only; false when another path said otherwise. */
    public boolean localMemory(int insn, boolean readOnly) {
        (readOnly ? readOnlyMemory : writableMemory).set(insn);
        return !(readOnlyMemory.get(insn) && writableMemory.get(insn));
    }

    /** True when this call makes read-only dynptrs over memory. */
    public boolean makesReadOnly(int insn) {
        return readOnlyMemory.get(insn);
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

    /** Index of the one map that this call names, or negative. */
    public int mapAtCall(int insn) {
        return mapAtCall.length == 0 ? -2 : mapAtCall[insn];
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
