package dev.skep.runtime.kfunc;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects that programs allocate, one heap per machine.
 *
 * <p><em>Shape</em>: 16 bytes before the object are the heap's: {@code u32 stride, u32 type}; the stride is the
 * distance to the next CPU's copy, for per-CPU objects and kernel variables. A node of a list or tree knows its offset
 * in its object: it is written into the node when the object is made.
 */
public final class ObjectHeap {
    private static final int HEADER = 16;

    private final Slab slab;
    private final MemorySegment memory;
    private final int cpus;
    private volatile ObjectType[] types = new ObjectType[16];
    private int lastType;

    public ObjectHeap(Slab slab, int cpus) {
        this.slab = slab;
        this.memory = slab.memory();
        this.cpus = cpus;
    }

    /** Makes a type known; returns its number. */
    public synchronized int register(ObjectType type) {
        int id = ++lastType;
        ObjectType[] now = types;
        if (id == now.length) {
            now = java.util.Arrays.copyOf(now, 2 * id);
        }
        now[id] = type;
        types = now;
        return id;
    }

    /** The type with this number, or null. */
    public ObjectType type(int id) {
        ObjectType[] now = types;
        return id > 0 && id < now.length ? now[id] : null;
    }

    /** A zeroed object with one reference; 0 when the account or the slab cannot hold it. */
    public long allocate(int typeId, boolean perCpu) {
        ObjectType type = type(typeId);
        int stride = type.size() + 7 & -8;
        return allocate(typeId, perCpu ? (long) stride * cpus : type.size(), perCpu ? stride : 0);
    }

    private long allocate(int typeId, long bytes, int stride) {
        ObjectType type = type(typeId);
        if (!type.account().tryCharge(bytes)) {
            return 0;
        }
        long block = slab.allocate(bytes + HEADER);
        if (block == 0) {
            type.account().uncharge(bytes);
            return 0;
        }
        SlabAccess.store32(memory, block, stride);
        SlabAccess.store32(memory, block + 4, typeId);
        SlabAccess.store32(memory, block + 8, bytes);
        long object = block + HEADER;
        for (SpecialField f : type.fields()) {
            switch (f.kind()) {
                case REFCOUNT -> SlabAccess.store32(memory, object + f.offset(), 1);
                case LIST_NODE -> LinkedNodes.init(memory, object + f.offset(), f.offset());
                case RB_NODE -> RedBlackTree.init(memory, object + f.offset(), f.offset());
                default -> {}
            }
        }
        return object;
    }

    private ObjectType typeOf(long object) {
        ObjectType type = slab.contains(object - HEADER, HEADER)
                ? type((int) SlabAccess.load32(memory, object - HEADER + 4))
                : null;
        if (type == null) {
            throw new MemoryFault("pointer must be an allocated object: address=0x" + Long.toHexString(object), null);
        }
        return type;
    }

    /** Distance from one CPU's copy to the next; 0 for objects that are not per-CPU. */
    public long stride(long object) {
        return SlabAccess.load32(memory, object - HEADER);
    }

    /** One more reference; 0 when the object is already gone. */
    public long acquire(long object) {
        int offset = typeOf(object).refcountOffset();
        if (offset < 0) {
            return object;
        }
        long at = object + offset;
        long count = SlabAccess.loadAcquire32(memory, at);
        while (count != 0) {
            long seen = SlabAccess.compareExchange32(memory, at, count, count + 1);
            if (seen == count) {
                return object;
            }
            count = seen;
        }
        return 0;
    }

    /** One reference less; the last one frees the object and what it holds. 0 is ignored. */
    public void drop(long object) {
        if (object == 0) {
            return;
        }
        ObjectType type = typeOf(object);
        int offset = type.refcountOffset();
        if (offset >= 0 && SlabAccess.getAndAdd32(memory, object + offset, -1) > 1) {
            return;
        }
        releaseFields(type.fields(), object);
        long block = object - HEADER;
        long bytes = SlabAccess.load32(memory, block + 8);
        slab.free(block);
        type.account().uncharge(bytes);
    }

    /** Drops the objects that lists, trees and kptrs of a value hold. Timers and the like are not the heap's. */
    public void releaseFields(List<SpecialField> fields, long value) {
        for (SpecialField f : fields) {
            long at = value + f.offset();
            switch (f.kind()) {
                case KPTR_REF, KPTR_PERCPU -> dropIfOurs(SlabAccess.exchange64(memory, at, 0));
                case LIST_HEAD -> {
                    for (long node = LinkedNodes.popFront(memory, at); node != 0; ) {
                        drop(node - LinkedNodes.offset(memory, node));
                        node = LinkedNodes.popFront(memory, at);
                    }
                }
                case RB_ROOT -> {
                    List<Long> nodes = new ArrayList<>();
                    for (long n = RedBlackTree.first(memory, at); n != 0; n = RedBlackTree.first(memory, at)) {
                        RedBlackTree.remove(memory, at, n);
                        nodes.add(n - RedBlackTree.offset(memory, n));
                    }
                    nodes.forEach(this::drop);
                }
                default -> {}
            }
        }
    }

    /** Drops a reference to what may be an object of the kernel's, which is not this heap's. */
    public void dropIfOurs(long object) {
        if (object != 0
                && slab.contains(object - HEADER, HEADER)
                && type((int) SlabAccess.load32(memory, object - HEADER + 4)) != null) {
            drop(object);
        }
    }
}
