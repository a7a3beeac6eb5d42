package dev.skep.benchmarks.ring;

import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's {@link ManyToOneRingBuffer}, fed by Java: {@code write}, or {@code tryClaim} and {@code commit}. */
final class AgronaRing implements RingContender, MessageHandler {
    private static final int TYPE = 1;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));
    private final boolean copy;
    private final int size;
    private long sum;

    AgronaRing(boolean copy, int size) {
        this.copy = copy;
        this.size = size;
    }

    @Override
    public Producer producer(int id) {
        UnsafeBuffer from = new UnsafeBuffer(ByteBuffer.allocateDirect(size));
        long[] sequence = new long[1];
        return copy ? () -> write(from) : () -> claim(sequence);
    }

    private int write(UnsafeBuffer from) {
        for (int i = 0; i < BATCH; i++) {
            from.putLong(0, from.getLong(0) + 1);
            if (!ring.write(TYPE, from, 0, size)) {
                from.putLong(0, from.getLong(0) - 1);
                return i;
            }
        }
        return BATCH;
    }

    private int claim(long[] sequence) {
        for (int i = 0; i < BATCH; i++) {
            int index = ring.tryClaim(TYPE, size);
            if (index <= 0) {
                return i;
            }
            ring.buffer().putLong(index, ++sequence[0]);
            ring.commit(index);
        }
        return BATCH;
    }

    @Override
    public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
        sum += buffer.getLong(index);
    }

    @Override
    public int consume() {
        return ring.read(this);
    }

    @Override
    public long sum() {
        return sum;
    }

    @Override
    public void close() {}
}
