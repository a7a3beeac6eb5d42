package dev.skep.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.ring.UserRingBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** From the host to programs: what a drain may see while producers reserve and submit. */
public final class UserRingOrder {
    private UserRingOrder() {}

    /** Appends the samples' values as decimal digits; 9 for a sample that is not whole. */
    private static long drain(UserRingBuffer ring) {
        long[] seen = new long[1];
        long result = ring.drain(0, (address, size) -> {
            long first = SlabAccess.load64(Rings.MEMORY, address);
            seen[0] = seen[0] * 10 + (first == SlabAccess.load64(Rings.MEMORY, address + size - 8) ? first : 9);
            return 0;
        });
        return result < 0 ? result : seen[0];
    }

    /** A sample is seen whole or not at all. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or torn")
    @State
    public static class Submit {
        private final UserRingBuffer ring = Rings.userRing();

        @Actor
        public void produce() {
            ring.offer(Rings.sample(1, 32));
        }

        @Actor
        public void drain(JJ_Result r) {
            r.r1 = UserRingOrder.drain(ring);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r2 = UserRingOrder.drain(ring);
        }
    }

    /** Two producers at once: each sample is there once. */
    @JCStressTest
    @Outcome(
            id = {"12, 0", "21, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "lost, twice or torn")
    @State
    public static class TwoProducers {
        private final UserRingBuffer ring = Rings.userRing();

        @Actor
        public void first() {
            ring.offer(Rings.sample(1, 24));
        }

        @Actor
        public void second() {
            ring.offer(Rings.sample(2, 40));
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r1 = drain(ring);
            r.r2 = drain(ring);
        }
    }

    /** Room that a drain gives back is written only after the callback has run. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 2", "12, 0"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "the old sample was overwritten while the callback ran")
    @State
    public static class Reuse {
        private final UserRingBuffer ring = Rings.userRing();

        public Reuse() {
            ring.offer(Rings.sample(1, Rings.SIZE - 8));
        }

        @Actor
        public void produce() {
            ring.offer(Rings.sample(2, Rings.SIZE - 8));
        }

        @Actor
        public void drain(JJ_Result r) {
            r.r1 = UserRingOrder.drain(ring);
        }

        @Arbiter
        public void rest(JJ_Result r) {
            r.r2 = UserRingOrder.drain(ring);
        }
    }

    /** Two drains at once: the sample is taken once, and one of them may hear that the ring is busy. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, -16", "-16, 1"},
            expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class TwoDrains {
        private final UserRingBuffer ring = Rings.userRing();

        public TwoDrains() {
            ring.offer(Rings.sample(1, 16));
        }

        @Actor
        public void first(JJ_Result r) {
            r.r1 = drain(ring);
        }

        @Actor
        public void second(JJ_Result r) {
            r.r2 = drain(ring);
        }
    }
}
