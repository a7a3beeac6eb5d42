package dev.skep.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.skep.runtime.ring.RingBuffer;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A consumer that goes to sleep while a producer commits: the wake-up is never lost, also behind a discarded record.
 */
public final class RingWakeup {
    private static final Duration LONG = Duration.ofSeconds(3);

    private RingWakeup() {}

    private static int poll(RingBuffer ring) {
        try {
            return ring.poll(LONG, r -> 0);
        } catch (InterruptedException e) {
            return -1;
        }
    }

    /** One record. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
    @State
    public static class Submit {
        private final RingBuffer ring = Rings.ring();

        @Actor
        public void produce() {
            Rings.put(ring, 1, 16);
        }

        @Actor
        public void consume(I_Result r) {
            r.r1 = poll(ring);
        }
    }

    /** The consumer moves over a discarded record just as the next one is committed. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE)
    @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
    @State
    public static class BehindDiscarded {
        private final RingBuffer ring = Rings.ring();

        @Actor
        public void produce() {
            ring.discard(ring.reserve(8), 0);
            Rings.put(ring, 1, 16);
        }

        @Actor
        public void consume(I_Result r) {
            r.r1 = poll(ring);
        }
    }
}
