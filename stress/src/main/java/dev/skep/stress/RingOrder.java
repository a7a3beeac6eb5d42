package dev.skep.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.ring.RingBuffer;
import dev.skep.runtime.ring.RingRecord;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** From programs to the host: what a consumer may see while producers reserve and commit. */
public final class RingOrder {
    private RingOrder() {}

    /** Appends the records' values as decimal digits; 9 for a record that is not whole. */
    private static long take(RingBuffer ring) {
        long[] seen = new long[1];
        ring.consume(r -> {
            seen[0] = seen[0] * 10 + digit(r);
            return 0;
        });
        return seen[0];
    }

    private static long digit(RingRecord r) {
        return r.getLong(0) == r.getLong(r.size() - 8) ? r.getLong(0) : 9;
    }

    /** A record is seen whole or not at all. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "consumed before the commit")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "consumed after the commit")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or torn")
    @State
    public static class Commit {
        private final RingBuffer ring = Rings.ring();

        @Actor
        public void produce() {
            Rings.put(ring, 1, 32);
        }

        @Actor
        public void consume(JJ_Result r) {
            r.r1 = take(ring);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r2 = take(ring);
        }
    }

    /** Two producers at once: each record is there once, in one order or the other. */
    @JCStressTest
    @Outcome(
            id = {"12, 0", "21, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or torn")
    @State
    public static class TwoProducers {
        private final RingBuffer ring = Rings.ring();

        @Actor
        public void first() {
            Rings.put(ring, 1, 24);
        }

        @Actor
        public void second() {
            Rings.put(ring, 2, 40);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r1 = take(ring);
            r.r2 = ring.available();
        }
    }

    /** A later record that is committed first stays hidden behind the earlier one. */
    @JCStressTest
    @Outcome(
            id = {"0, 12", "1, 2", "12, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "out of order, lost or torn")
    @State
    public static class OutOfOrder {
        private final RingBuffer ring = Rings.ring();

        @Actor
        public void produce() {
            long first = ring.reserve(16);
            long second = ring.reserve(16);
            for (long p = 0; p < 16; p += 8) {
                SlabAccess.store64(Rings.MEMORY, first + p, 1);
                SlabAccess.store64(Rings.MEMORY, second + p, 2);
            }
            ring.submit(second, 0);
            ring.submit(first, 0);
        }

        @Actor
        public void consume(JJ_Result r) {
            r.r1 = take(ring);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r2 = take(ring);
        }
    }

    /** Room that the consumer gives back is written only after the consumer has read it. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 2", "12, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "the old record was overwritten while it was read")
    @State
    public static class Reuse {
        private final RingBuffer ring = Rings.ring();

        public Reuse() {
            Rings.put(ring, 1, Rings.SIZE - 16);
        }

        @Actor
        public void produce() {
            Rings.put(ring, 2, Rings.SIZE - 16);
        }

        @Actor
        public void consume(JJ_Result r) {
            r.r1 = take(ring);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r2 = take(ring);
        }
    }

    /** Where new records overwrite old ones, the consumer sees one of them, whole. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 0", "12, 0", "0, 2"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "torn, or the newest is lost")
    @State
    public static class Overwrite {
        private final RingBuffer ring = Rings.overwritingRing();

        public Overwrite() {
            Rings.put(ring, 1, Rings.SIZE - 16);
        }

        @Actor
        public void produce() {
            Rings.put(ring, 2, Rings.SIZE - 16);
        }

        @Actor
        public void consume(JJ_Result r) {
            r.r1 = take(ring);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r2 = take(ring);
        }
    }
}
