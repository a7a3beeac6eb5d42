package dev.skep.verifier.call;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.verifier.type.RegType;

/**
 * What the argument checks of one call find out for each other and for the call's effects. Mutable; one per call.
 *
 * <p><em>Shape</em>: 0 and null mean "no such argument".
 */
public final class CallMeta {
    /** Name of the callee, for messages. */
    public final String name;
    /** Helper number, or BTF id of the kernel function. */
    public final int id;
    /** The callee may be given packet pointers as memory. */
    public boolean packetAccess;

    /** The memory argument being checked is output only: stack behind it may be uninitialised. */
    public boolean rawMode;
    /** Set with {@code rawMode} by a stack argument: the bytes that become initialised by the call. */
    public int rawReg = -1;

    public int rawSize;

    public MapSpec map;
    public int mapUid;
    /** Constant key of a map lookup, -1 when not known. */
    public long constKey = -1;

    /** Register whose reference ends with the call, 0 none. */
    public int releaseReg;
    /** Reference carried by an argument, 0 none. */
    public int refId;
    /** Constant that sizes the returned memory. */
    public long memSize;
    /** Most that the last size argument may be. */
    public long maxSize;
    /** Callback subprogram, -1 none. */
    public int subprogram = -1;

    /** First dynptr argument: register (0 none), id, reference and whether it writes to a packet. */
    public int dynptrReg;

    public int dynptrId;
    public int dynptrRefId;
    public dev.skep.verifier.state.Extent dynptrExtent = dev.skep.verifier.state.Extent.UNBOUND;
    public dev.skep.kernel.DynptrType dynptrType;

    /** The kptr slot of a kptr_xchg. */
    public SpecialField kptr;
    /** A BTF pointer argument that types the result (per-CPU helpers). */
    public RegType.BtfPtr btfArg;
    /** Where the types of {@code btfArg} are; kept apart for kernel functions that name a local type. */
    public Btf returnBtf;

    public int returnTypeId;

    public CallMeta(String name, int id) {
        this.name = name;
        this.id = id;
    }
}
