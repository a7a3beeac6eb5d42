package dev.skep.verifier.state;

import dev.skep.kernel.DynptrType;
import dev.skep.object.btf.Btf;

/** What a stack slot of kind DYNPTR, ITER or IRQ_FLAG belongs to. */
public sealed interface SlotObject {
    /** The reference held, 0 none. */
    int refId();

    /**
     * Half of a dynptr.
     *
     * @param first true for the slot at the lower address
     * @param id unique per dynptr; slices carry it
     * @param extent what bounds its life beyond the slot's
     */
    record Dynptr(DynptrType type, boolean first, int id, int refId, Extent extent) implements SlotObject {
        public Dynptr(DynptrType type, boolean first, int id, int refId) {
            this(type, first, id, refId, Extent.UNBOUND);
        }

        public Dynptr within(Extent newExtent) {
            return new Dynptr(type, first, id, refId, newExtent);
        }

        /** The reference with which slices end: that of the dynptr, or of the object it is over; 0 none. */
        public int sliceRefId() {
            return refId != 0 ? refId : extent.owner();
        }
    }

    /**
     * One slot of an open-coded iterator.
     *
     * @param first true for the slot at the lowest address; only that one carries the reference
     * @param btf types of {@code typeId}
     * @param typeId the struct bpf_iter_X
     * @param drained false while active
     * @param depth iterations so far on this path
     * @param guard what keeps its elements alive
     */
    record Iterator(boolean first, Btf btf, int typeId, boolean drained, int depth, int refId, Guard guard)
            implements SlotObject {
        /** What keeps the elements of an iterator alive. */
        public enum Guard {
            /** The iterator itself. */
            NONE,
            /** The RCU read-side section that it was made in. */
            RCU,
            /** Nothing: it needed a read-side section that is over, or never was. */
            LOST
        }

        public Iterator drainedTo(boolean isDrained, int newDepth) {
            return new Iterator(first, btf, typeId, isDrained, newDepth, refId, guard);
        }

        public Iterator withGuard(Guard newGuard) {
            return new Iterator(first, btf, typeId, drained, depth, refId, newGuard);
        }
    }

    /** A saved irq flag; {@code lock} when it comes from a resilient spin lock. */
    record IrqFlag(int refId, boolean lock) implements SlotObject {}
}
