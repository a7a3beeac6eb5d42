package dev.skep.runtime;

import dev.skep.runtime.kfunc.ObjectHeap;
import java.util.Arrays;

/**
 * References to allocated objects that one run owns: those it made, or took from a list, a tree or a map, and has not
 * given away. A verified run that ends as it should owns none; one that faults drops them. An object may be here
 * several times, once per reference.
 */
public final class HeldObjects {
    private long[] objects = new long[8];
    private int count;

    /** The run owns one more reference; returns the object. 0 is ignored. */
    public long own(long object) {
        if (object != 0) {
            if (count == objects.length) {
                objects = Arrays.copyOf(objects, 2 * count);
            }
            objects[count++] = object;
        }
        return object;
    }

    /** The run no longer owns one of its references. */
    public void disown(long object) {
        for (int i = count - 1; i >= 0; i--) {
            if (objects[i] == object) {
                objects[i] = objects[--count];
                return;
            }
        }
    }

    /** Number of references owned. */
    public int count() {
        return count;
    }

    void dropAll(ObjectHeap heap) {
        while (count > 0) {
            heap.dropIfOurs(objects[--count]);
        }
    }
}
