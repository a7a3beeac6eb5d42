package dev.skep;

import static dev.skep.RulePlace.Op.DISCARD;
import static dev.skep.RulePlace.Op.DISCARD_DYNPTR;
import static dev.skep.RulePlace.Op.DRAIN;
import static dev.skep.RulePlace.Op.NESTED;
import static dev.skep.RulePlace.Op.OUTPUT;
import static dev.skep.RulePlace.Op.QUERY;
import static dev.skep.RulePlace.Op.RESERVE;
import static dev.skep.RulePlace.Op.RESERVE_DYNPTR;
import static dev.skep.RulePlace.Op.SWAPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.RingPlacesTest.Place;
import dev.skep.linux.LinuxKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What programs and hostile producers can observe of rings, asked of the interpreter, of generated code and of the
 * running kernel.
 */
class RingRulesTest {
    private static final int EINVAL = -22;
    private static final int EAGAIN = -11;
    private static final int E2BIG = -7;
    private static final int EBUSY = -16;
    /** {@code bpf_dynptr_size} of a null dynptr: -EINVAL, as an unsigned number. */
    private static final long NULL_SIZE = EINVAL & 0xffff_ffffL;

    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    @ParameterizedTest
    @EnumSource
    void recordsAreReservedAndCommittedAsTheKernelDoes(Place place) throws Exception {
        try (RulePlace p = RulePlace.open(place)) {
            assertThat(p.result(RESERVE, 5, 0)).isEqualTo(1);
            assertThat(p.headerOf(0)).isEqualTo(3L << 32 | 5);
            assertThat(p.result(DISCARD, 100, 0)).isEqualTo(1);
            assertThat(p.headerOf(16)).isEqualTo(3L << 32 | DISCARDED | 100);
            assertThat(p.result(RESERVE, 0, 0)).isEqualTo(1);
            assertThat(p.result(QUERY, 0, 0)).as("avail").isEqualTo(16 + 112 + 8);
            assertThat(p.result(QUERY, 0, 1)).as("size").isEqualTo(4096);
            assertThat(p.result(QUERY, 0, 3)).as("producer").isEqualTo(136);
            for (long unknown : new long[] {4, 5, -1, 1L << 32}) {
                assertThat(p.result(QUERY, 0, unknown)).isZero();
            }
            assertThat(p.result(RESERVE, 8, 1)).as("flags must be 0").isZero();
            for (long tooBig : new long[] {4081, 4088, 1 << 30, 0x3fff_ffff, 0xffff_ffffL, -1}) {
                assertThat(p.result(RESERVE, tooBig, 0)).as("size %d", tooBig).isZero();
            }
            assertThat(p.call(RESERVE, -1, 8, 0).result())
                    .as("unknown flags of submit are ignored")
                    .isEqualTo(1);
            assertThat(p.ring.consume(_ -> {}))
                    .as("discarded ones are not counted")
                    .isEqualTo(3);
            assertThat(p.result(QUERY, 0, 2)).as("consumer").isEqualTo(152);
            assertThat(p.result(RESERVE, 4080, 0)).as("all but 8 bytes").isEqualTo(1);
            assertThat(p.result(RESERVE, 0, 0)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputsAndDynptrsAnswerWithTheKernelsNumbers(Place place) throws Exception {
        try (RulePlace p = RulePlace.open(place)) {
            assertThat(p.result(OUTPUT, 8, 4)).isEqualTo(EINVAL);
            assertThat(p.result(OUTPUT, 8, 1L << 40)).isEqualTo(EINVAL);
            assertThat(p.result(OUTPUT, 8, 3)).isZero();
            assertThat(p.result(OUTPUT, 0, 0)).isZero();
            assertThat(p.result(OUTPUT, 4089, 0)).isEqualTo(EAGAIN);
            assertThat(p.result(OUTPUT, 4080, 0)).isEqualTo(EAGAIN);
            assertThat(p.call(RESERVE_DYNPTR, 0, 24, 0)).isEqualTo(new RulePlace.Answer(0, 24));
            assertThat(p.call(RESERVE_DYNPTR, 0, 24, 1)).isEqualTo(new RulePlace.Answer(EINVAL, NULL_SIZE));
            assertThat(p.call(RESERVE_DYNPTR, 0, 1 << 24, 0)).isEqualTo(new RulePlace.Answer(E2BIG, NULL_SIZE));
            assertThat(p.call(RESERVE_DYNPTR, 0, (1 << 24) - 1, 0)).isEqualTo(new RulePlace.Answer(EINVAL, NULL_SIZE));
            assertThat(p.call(DISCARD_DYNPTR, 0, 5000, 0)).isEqualTo(new RulePlace.Answer(EINVAL, NULL_SIZE));
            assertThat(p.call(DISCARD_DYNPTR, 0, 0, 0)).isEqualTo(new RulePlace.Answer(0, 0));
            assertThat(p.result(QUERY, 0, 0)).isEqualTo(16 + 8 + 32 + 8);
            assertThat(p.ring.consume(_ -> {})).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForgedConsumerPositionStopsReservationsUntilItIsMovedBack(Place place) throws Exception {
        try (RulePlace p = RulePlace.open(place)) {
            assertThat(p.result(OUTPUT, 8, 0)).isZero();
            p.forgeConsumer(4096);
            assertThat(p.result(RESERVE, 8, 0)).isZero();
            assertThat(p.result(OUTPUT, 8, 0)).isEqualTo(EAGAIN);
            assertThat(p.result(QUERY, 0, 0)).isEqualTo(16 - 4096);
            p.forgeConsumer(0);
            assertThat(p.result(OUTPUT, 8, 0)).isZero();
            assertThat(p.result(SWAPPED, 0, 0)).isEqualTo(2);
            List<Integer> sizes = new ArrayList<>();
            p.ring.consume(r -> sizes.add(r.size()));
            assertThat(sizes).containsExactly(8, 8, 8, 100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostileProducerIsAnsweredAsTheKernelDoes(Place place) throws Exception {
        try (RulePlace p = RulePlace.open(place)) {
            assertThat(p.result(DRAIN, 0, 4)).as("flags").isEqualTo(EINVAL);
            p.forgeProducer(7);
            assertThat(p.result(DRAIN, 0, 0)).as("misaligned").isEqualTo(EINVAL);
            for (int mark : new int[] {0, BUSY, DISCARDED}) {
                p.forgeHeader(0, 9 | mark);
                p.forgeProducer(16);
                assertThat(p.result(DRAIN, 0, 0)).as("beyond the producer").isEqualTo(EINVAL);
            }
            p.forgeHeader(0, 4096);
            p.forgeProducer(8192);
            assertThat(p.result(DRAIN, 0, 0)).as("longer than the ring").isEqualTo(E2BIG);
            p.forgeHeader(0, 4088);
            p.forgeProducer(4096);
            assertThat(p.call(DRAIN, 0, 0, 0)).as("the whole ring").isEqualTo(new RulePlace.Answer(1, 1L << 48 ^ 4088));
            assertThat(p.user.consumerPosition()).isEqualTo(4096);
            p.forgeProducer(8);
            assertThat(p.result(DRAIN, 0, 0)).as("behind the consumer").isZero();
            p.forgeHeader(4096, 8 | BUSY | DISCARDED);
            p.forgeHeader(4112, 8);
            p.forgeHeader(4128, 8 | BUSY);
            p.forgeProducer(4096 + 48);
            assertThat(p.result(DRAIN, 0, 0)).as("skip, take, stop").isEqualTo(1);
            assertThat(p.user.consumerPosition()).isEqualTo(4128);
            p.forgeHeader(4128, 8);
            p.forgeHeader(4144, 8);
            p.forgeHeader(4160, 100);
            p.forgeProducer(4096 + 80);
            assertThat(p.result(DRAIN, 0, 0))
                    .as("two good ones, their count lost")
                    .isEqualTo(EINVAL);
            assertThat(p.user.consumerPosition()).isEqualTo(4160);
            assertThat(p.result(DRAIN, 0, 0)).as("still broken").isEqualTo(EINVAL);
            p.forgeHeader(4160, 8);
            assertThat(p.call(NESTED, 0, 0, 0)).isEqualTo(new RulePlace.Answer(1, EBUSY));
            assertThat(p.userPages.get(java.lang.foreign.ValueLayout.JAVA_BYTE, RulePlace.DATA + (4168 & 4095)))
                    .as("samples are writable")
                    .isEqualTo((byte) 0x5a);
            for (int i = 0; i < 3; i++) {
                p.forgeHeader(4176 + 16 * i, 8);
            }
            p.forgeProducer(4176 + 48);
            assertThat(p.result(DRAIN, 2, 0))
                    .as("the one that stops is counted")
                    .isEqualTo(2);
            assertThat(p.user.consumerPosition()).isEqualTo(4176 + 32);
        }
    }

    private static int header(SplittableRandom random) {
        int length = switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> 4080 + random.nextInt(20);
            case 2 -> (1 << 24) - 2 + random.nextInt(4);
            default -> random.nextInt(200);
        };
        int marks = random.nextInt(6);
        return length & ~(BUSY | DISCARDED)
                | (marks == 0 ? BUSY : 0)
                | (marks <= 1 ? DISCARDED : marks == 2 ? BUSY : 0);
    }

    @Test
    void arbitraryBytesAreDrainedAlikeEverywhere() throws Exception {
        List<RulePlace> places = places();
        try {
            SplittableRandom random = new SplittableRandom(Long.getLong("skep.seed", 1));
            for (int round = 0; round < 3000; round++) {
                long consumer = places.getFirst().user.consumerPosition();
                int many = random.nextInt(12);
                long[] at = new long[many];
                int[] words = new int[many];
                long next = consumer;
                for (int i = 0; i < many; i++) {
                    at[i] = next;
                    words[i] = header(random);
                    next += random.nextInt(10) == 0 ? 8L * random.nextInt(600) : (words[i] & 0x3fff_ffffL) + 15 & -8;
                }
                long producer = switch (random.nextInt(10)) {
                    case 0 -> random.nextLong();
                    case 1 -> consumer + 8L * random.nextInt(2000);
                    case 2 -> next + random.nextInt(8);
                    default -> next;
                };
                int flags = random.nextInt(20) == 0 ? random.nextInt() : 0;
                int stop = random.nextInt(5);
                List<Object> answers = new ArrayList<>();
                for (RulePlace p : places) {
                    p.forgeProducer(producer);
                    for (int i = 0; i < many; i++) {
                        p.forgeHeader(at[i], words[i]);
                    }
                    answers.add(List.of(p.call(DRAIN, 0, stop, flags), p.user.consumerPosition()));
                }
                assertThat(answers).as("round %d", round).containsOnly(answers.getFirst());
            }
        } finally {
            for (RulePlace p : places) {
                p.close();
            }
        }
    }

    @Test
    void randomCallsLeaveTheSameRingEverywhere() throws Exception {
        List<RulePlace> places = places();
        long[] sizes = {0, 5, 8, 100, 1000, 4080, 4081, -1};
        try {
            SplittableRandom random = new SplittableRandom(Long.getLong("skep.seed", 1));
            for (int round = 0; round < 3000; round++) {
                RulePlace.Op op = RulePlace.Op.values()[random.nextInt(7)];
                boolean fixed = op == RESERVE || op == DISCARD;
                long size = fixed
                        ? sizes[random.nextInt(sizes.length)]
                        : random.nextInt(5) == 0 ? random.nextInt(8000) : random.nextInt(300);
                long flags = op == QUERY ? random.nextInt(6) : random.nextInt(10) == 0 ? random.nextInt(8) : 0;
                int commit = random.nextInt(8);
                boolean consume = random.nextInt(4) == 0;
                int limit = random.nextInt(20);
                List<Object> answers = new ArrayList<>();
                for (RulePlace p : places) {
                    long before = p.ring.producerPosition();
                    List<Object> seen = new ArrayList<>();
                    seen.add(p.call(op, commit, size, flags));
                    seen.add(p.ring.producerPosition());
                    seen.add(p.ring.available());
                    seen.add(p.ring.producerPosition() == before ? 0 : p.headerOf(before));
                    if (consume) {
                        seen.add(p.ring.consume(limit, r -> seen.add(r.size())));
                        seen.add(p.ring.consumerPosition());
                    }
                    answers.add(seen);
                }
                assertThat(answers).as("round %d: %s", round, op).containsOnly(answers.getFirst());
            }
        } finally {
            for (RulePlace p : places) {
                p.close();
            }
        }
    }

    /** All places that there are here. */
    private static List<RulePlace> places() throws Exception {
        List<RulePlace> places = new ArrayList<>();
        for (Place place : Place.values()) {
            if (place != Place.KERNEL || LinuxKernel.available().yes()) {
                places.add(RulePlace.open(place));
            }
        }
        return places;
    }
}
