package dev.skep.runtime.map;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * How values of a map are copied: everything but the special fields (locks, timers, kptrs, lists), which plain copies
 * must not touch.
 *
 * <p><em>Units</em>: bytes from the start of the value.
 */
public final class ValueShape {
    private final int size;
    private final List<SpecialField> fields;
    private final SpecialField[] ordered;
    private final int lockOffset;

    public ValueShape(int size, List<SpecialField> fields) {
        this.size = size;
        this.fields = List.copyOf(fields);
        this.ordered = fields.toArray(SpecialField[]::new);
        int lock = -1;
        for (SpecialField f : fields) {
            if (f.kind() == SpecialField.Kind.SPIN_LOCK) {
                lock = f.offset();
            }
        }
        lockOffset = lock;
    }

    public int size() {
        return size;
    }

    public List<SpecialField> fields() {
        return fields;
    }

    /** True when a value is plain bytes. */
    public boolean isPlain() {
        return ordered.length == 0;
    }

    /** True when the value has a {@code bpf_spin_lock}. */
    public boolean hasLock() {
        return lockOffset >= 0;
    }

    /** Offset of the {@code bpf_spin_lock}, -1 if there is none. */
    public int lockOffset() {
        return lockOffset;
    }

    /** Copies a value, leaving the target's special fields as they are. */
    public void copy(MemorySegment memory, long from, long to) {
        if (ordered.length == 0) {
            copyBytes(memory, from, to, size);
            return;
        }
        int at = 0;
        for (SpecialField f : ordered) {
            copyBytes(memory, from + at, to + at, f.offset() - at);
            at = f.offset() + f.size();
        }
        copyBytes(memory, from + at, to + at, size - at);
    }

    /** Copies a value under its lock. */
    public void copyLocked(MemorySegment memory, long from, long to, long locked) {
        SpinLock.lock(memory, locked + lockOffset);
        try {
            copy(memory, from, to);
        } finally {
            SpinLock.unlock(memory, locked + lockOffset);
        }
    }

    /** Zeroes the special fields: what a reader outside sees, and what a fresh value starts with. */
    public void clearFields(MemorySegment memory, long value) {
        for (SpecialField f : ordered) {
            SlabAccess.fill(memory, value + f.offset(), f.size(), (byte) 0);
        }
    }

    /** Copies a few bytes without a call into the system's memory move. */
    static void copyBytes(MemorySegment memory, long from, long to, int bytes) {
        if (bytes > 128) {
            SlabAccess.copy(memory, from, to, bytes);
            return;
        }
        int i = 0;
        for (; i + 8 <= bytes; i += 8) {
            SlabAccess.store64(memory, to + i, SlabAccess.load64(memory, from + i));
        }
        if (i + 4 <= bytes) {
            SlabAccess.store32(memory, to + i, SlabAccess.load32(memory, from + i));
            i += 4;
        }
        for (; i < bytes; i++) {
            SlabAccess.store8(memory, to + i, SlabAccess.load8(memory, from + i));
        }
    }
}
