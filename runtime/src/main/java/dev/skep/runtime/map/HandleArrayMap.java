package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.memory.SlabAccess;

/**
 * BPF_MAP_TYPE_PROG_ARRAY and ARRAY_OF_MAPS: slots that name programs or maps of the same machine by their id, 0 for
 * none.
 *
 * <p>The host reads and writes ids where Linux has file descriptors. A program's lookup in an array of maps gives the
 * inner map's address.
 */
public final class HandleArrayMap extends BpfMap {
    private static final int MAX_DIRECT = 1 << 14;

    private final long base;
    /** The programs that the first slots name; empty for an array of maps. Changed under the map's monitor. */
    private final ProgramSlots slots;

    public HandleArrayMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        base = allocate(Integer.toUnsignedLong(spec.maxEntries()) * 4);
        slots = new ProgramSlots(
                new LoadedProgram[type() == MapType.PROG_ARRAY ? Math.min(spec.maxEntries(), MAX_DIRECT) : 0]);
    }

    /** The program in a slot; null when there is none or the slot is out of range. */
    public LoadedProgram program(long index) {
        return slots.has(index) ? slots.get(index) : environment.neighbours().program(idAt(index));
    }

    /** The programs that the slots name, when they are few enough to be held; null otherwise. */
    public ProgramSlots slots() {
        return slots.has(maxEntries() - 1) ? slots : null;
    }

    /** Empties the slots that name a program that is unloaded, for {@link #program}; the ids stay. */
    public synchronized void forget(LoadedProgram program) {
        for (int i = 0; slots.has(i); i++) {
            if (slots.get(i) == program) {
                slots.set(i, null);
            }
        }
    }

    private synchronized long put(int index, int id) {
        if (slots.has(index)) {
            slots.set(index, id == 0 ? null : environment.neighbours().program(id));
        }
        return SlabAccess.exchange32(memory, base + index * 4L, id);
    }

    /** The id in a slot; 0 when it is empty or out of range. */
    public int idAt(long index) {
        return index < 0 || index >= maxEntries() ? 0 : (int) SlabAccess.loadAcquire32(memory, base + index * 4);
    }

    /** Puts a program or map id into a slot, 0 for none. */
    public long set(int index, int id) {
        if (index < 0 || index >= maxEntries()) {
            return -Errno.E2BIG;
        }
        if (id != 0 && !accepts(id)) {
            return type() == MapType.PROG_ARRAY || environment.neighbours().map(id) == null
                    ? -Errno.EBADF
                    : -Errno.EINVAL;
        }
        put(index, id);
        return 0;
    }

    private boolean accepts(int id) {
        if (type() == MapType.PROG_ARRAY) {
            return environment.neighbours().program(id) != null;
        }
        BpfMap inner = environment.neighbours().map(id);
        return inner != null && MapTemplate.fits(spec().inner(), inner.spec());
    }

    @Override
    public long lookup(long key, int cpu) {
        if (type() == MapType.PROG_ARRAY) {
            return 0;
        }
        BpfMap inner = environment.neighbours().map(idAt(SlabAccess.load32(memory, key)));
        return inner == null ? 0 : inner.address();
    }

    @Override
    protected long read(long key, long out, long flags) {
        int id = idAt(SlabAccess.load32(memory, key));
        SlabAccess.store32(memory, out, id);
        return id == 0 ? -Errno.ENOENT : 0;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        if (flags != ANY) {
            return -Errno.EINVAL;
        }
        int id = (int) SlabAccess.load32(memory, value);
        return id == 0 ? -Errno.EBADF : set((int) SlabAccess.load32(memory, key), id);
    }

    @Override
    public long delete(long key) {
        long index = SlabAccess.load32(memory, key);
        if (index >= maxEntries()) {
            return -Errno.E2BIG;
        }
        return put((int) index, 0) == 0 ? -Errno.ENOENT : 0;
    }

    @Override
    public long nextKey(long key, long next) {
        long index = key == 0 ? maxEntries() : SlabAccess.load32(memory, key);
        if (index == maxEntries() - 1) {
            return -Errno.ENOENT;
        }
        SlabAccess.store32(memory, next, index >= maxEntries() ? 0 : index + 1);
        return 0;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return false;
    }
}
