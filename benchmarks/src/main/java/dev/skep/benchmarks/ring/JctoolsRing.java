package dev.skep.benchmarks.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.MpscArrayQueue;

/**
 * JCTools' {@link MpscArrayQueue} of byte arrays, fed by Java: each record is an array of its own, a copy, or new with
 * one word set.
 */
final class JctoolsRing implements RingContender, MessagePassingQueue.Consumer<byte[]> {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER_BYTES = 8;

    private final MpscArrayQueue<byte[]> queue;
    private final boolean copy;
    private final int size;
    private long sum;

    JctoolsRing(boolean copy, int size) {
        this.copy = copy;
        this.size = size;
        queue = new MpscArrayQueue<>(CAPACITY / (size + HEADER_BYTES));
    }

    @Override
    public Producer producer(int id) {
        byte[] from = new byte[size];
        return () -> produce(from);
    }

    private int produce(byte[] from) {
        for (int i = 0; i < BATCH; i++) {
            long next = (long) LONG.get(from, 0) + 1;
            LONG.set(from, 0, next);
            byte[] record = copy ? from.clone() : new byte[size];
            LONG.set(record, 0, next);
            if (!queue.offer(record)) {
                LONG.set(from, 0, next - 1);
                return i;
            }
        }
        return BATCH;
    }

    @Override
    public void accept(byte[] record) {
        sum += (long) LONG.get(record, 0);
    }

    @Override
    public int consume() {
        return queue.drain(this);
    }

    @Override
    public long sum() {
        return sum;
    }

    @Override
    public void close() {}
}
