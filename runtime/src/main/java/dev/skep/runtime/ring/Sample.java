package dev.skep.runtime.ring;

import java.lang.foreign.MemorySegment;

/**
 * A sample of a user ring that is being written; closed without {@link #submit} it is discarded. Programs drain nothing
 * behind it before that. For one thread at a time.
 *
 * <p><em>Errors</em>: a second submit or discard, or use after one, throws {@link IllegalStateException}, as does use
 * after the ring is closed.
 */
public final class Sample implements AutoCloseable {
    private final UserRingProducer ring;
    private final long offset;
    private final int length;
    private boolean done;

    Sample(UserRingProducer ring, long offset, int length) {
        this.ring = ring;
        this.offset = offset;
        this.length = length;
    }

    /** Where the payload lies: the program's address of it, or this process's for a ring of the kernel. */
    public long address() {
        return ring.address(offset);
    }

    /** Bytes of the payload. */
    public int size() {
        return length;
    }

    /** The payload, not cleared. Not to be written once the sample is submitted or discarded. */
    public MemorySegment segment() {
        if (done) {
            throw new IllegalStateException("sample must not be used after submit or discard");
        }
        return ring.payload(offset, length);
    }

    /** Hands the sample to the programs. Wakes nobody: a program must be run to drain it. */
    public void submit() {
        commit(0);
    }

    /** Gives the sample up: drains skip it. */
    public void discard() {
        commit(RingLayout.DISCARD);
    }

    private void commit(int mark) {
        if (done) {
            throw new IllegalStateException("sample must be submitted or discarded once");
        }
        ring.commit(offset, length | mark);
        done = true;
    }

    @Override
    public void close() {
        if (!done && !ring.isClosed()) {
            discard();
        }
    }
}
