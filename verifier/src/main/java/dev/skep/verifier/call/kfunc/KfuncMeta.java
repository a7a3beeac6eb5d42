package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.DynptrType;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.verifier.state.SlotObject;

/** What the argument checks of one kernel function call find out for its effects and result. Mutable; one per call. */
final class KfuncMeta {
    final KfuncSignature signature;

    /** Register whose reference ends with the call, 0 none. */
    int releaseReg;
    /** Reference carried by an argument, 0 none. */
    int refId;
    /** The one constant argument; null until found. */
    Long constant;
    /** Size of returned memory, from a {@code buf_size} argument. */
    long returnSize;

    boolean returnReadOnly;

    /** The initialised dynptr argument. */
    SlotObject.Dynptr dynptr;
    /** Its type is known even where no slot is: const dynptrs. */
    DynptrType dynptrType;

    /** Map argument. */
    MapSpec map;

    int mapUid;
    /** Callback subprogram, -1 none. */
    int subprogram = -1;

    /** Type of an allocated-object argument. */
    Btf objectBtf;

    int objectTypeId;
    /** The object argument is owned, so that acquiring another reference cannot fail. */
    boolean ownsObject;

    /** Head of the list or root of the tree. */
    SpecialField root;

    /** The iterator: frame and slot of its lowest address. */
    int iteratorFrame;

    int iteratorSpi = -1;

    KfuncMeta(KfuncSignature signature) {
        this.signature = signature;
    }
}
