package dev.skep.conformance.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.conformance.random.Batch;
import dev.skep.conformance.random.Rng;
import dev.skep.conformance.random.Sources;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.Linux618;
import dev.skep.object.btf.Btf;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.claim.Claims;
import dev.skep.verifier.claim.Claims.Pruning;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.value.Tnum;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Accepted programs do what the verifier said of them, and a verifier that were wrong would be found out. */
class ClaimsTest {
    private static final KernelModel KERNEL = Linux618.with(Btf.EMPTY);
    private final ClaimsTally tally = new ClaimsTally();

    @Test
    void generatedProgramsDoWhatTheVerifierClaims() {
        runGenerated(UnaryOperator.identity(), 280);
        assertThat(tally.groups()).isEmpty();
        assertThat(tally.executed()).isGreaterThan(40);
        assertThat(tally.comparisons()).isGreaterThan(20_000);
    }

    @Test
    void numbersAreWhatTheVerifierClaims() {
        ClaimsRun run = new ClaimsRun(KERNEL, VerifierOptions.DEFAULT, 4, tally);
        for (int batch = 0; batch < 2; batch++) {
            List<ProgramSpec> programs =
                    Sources.numbers().make(Rng.seed(11, batch)).programs();
            for (int i = 0; i < programs.size(); i++) {
                run.check(programs.get(i), 1000L * batch + i, "numbers " + batch + "/" + i);
            }
        }
        assertThat(tally.groups()).isEmpty();
        assertThat(tally.executed()).isGreaterThan(500);
    }

    @Test
    void noticesABitThatIsNotKnown() {
        runGenerated(claims -> claims.with(ClaimsTest::withLowestBitClear), 60);
        assertThat(tally.violations()).isGreaterThan(3);
    }

    @Test
    void noticesARangeThatIsTooNarrow() {
        runGenerated(
                claims -> claims.with(v -> v.isConst() || v.umax == 0 ? v : v.withUnsigned(0, v.umax - 1 >>> 1)), 100);
        assertThat(tally.violations()).isGreaterThan(3);
    }

    @Test
    void noticesAPointerThatIsElsewhere() {
        runGenerated(claims -> claims.with(v -> v.isConst(0) ? ScalarValue.ofConst(8) : v), 30);
        assertThat(tally.violations()).isGreaterThan(3);
    }

    @Test
    void noticesAnAccessThatLeavesItsOwnRegionForAnother() {
        // the second frame's stack is memory, but not R10's of the first; the claims are those of a store that stays
        // inside
        ProgramSpec inside = program(store(10, -8), mov(0, 0), EXIT);
        ProgramSpec outside = program(store(10, -520), mov(0, 0), EXIT);
        Claims claims = Verifier.verifyWithClaims(inside, KERNEL, VerifierOptions.DEFAULT, Pruning.EXACT)
                .claims();
        assertThat(Verifier.verify(outside, KERNEL, VerifierOptions.DEFAULT).accepted())
                .isFalse();
        RegisterCheck check = new RegisterCheck(List.of());
        check.at(null, null, new long[] {0x20000}, 1, 0);
        var framePointer = claims.at(0).getFirst().regs()[10];
        assertThat(check.holdsForAccess(framePointer, 0x20000, 0x20000 - 8, 8, true))
                .isTrue();
        assertThat(check.holdsForAccess(framePointer, 0x20000, 0x20000 - 520, 8, true))
                .isFalse();
        assertThat(check.holdsForAccess(framePointer, 0x20000, 0x20000 - 4, 8, true))
                .isFalse();
    }

    @Test
    void pathsThatLinuxCutsShortAreCoveredByClaims() {
        // two ways to R6, the second cut short at the join: its value is claimed only where numbers count
        ProgramSpec program = program(
                Slot.of(0x79, 6, 1, 0, 0),
                mov(7, 5),
                Slot.of(0x15, 6, 0, 1, 0),
                mov(7, 9),
                mov(0, 0),
                Slot.of(0xbf, 0, 7, 0, 0),
                Slot.of(0xb7, 0, 0, 0, 0),
                EXIT);
        for (int i = 0; i < 20; i++) {
            new ClaimsRun(KERNEL, VerifierOptions.DEFAULT, 4, tally).check(program, i, "two ways");
        }
        assertThat(tally.groups()).isEmpty();
        assertThat(tally.executed()).isEqualTo(20);
        Claims exact = Verifier.verifyWithClaims(program, KERNEL, VerifierOptions.DEFAULT, Pruning.EXACT)
                .claims();
        assertThat(exact.at(5)).extracting(c -> c.regs()[7].var.constValue()).containsExactlyInAnyOrder(5L, 9L);
    }

    /** Found by a run of claims: accepted, with a store wherever the packet's priority says; Linux refuses it. */
    @Test
    void aTieToAValueDoesNotCoverAnotherValueAtTheSameDistance() {
        long[] slots = {
            Slot.of(0x61, 2, 1, 8, 0), // R2 = mark
            Slot.of(0x61, 3, 1, 32, 0), // R3 = priority
            Slot.of(0x61, 7, 1, 16, 0), // R7 = protocol
            store(10, -8),
            store(10, -16),
            store(10, -24),
            Slot.of(0x15, 7, 0, 3, 1), // one way: R5 = R2 + 8
            Slot.of(0xbf, 5, 2, 0, 0),
            Slot.of(0x07, 5, 0, 0, 8),
            Slot.of(0x05, 0, 0, 2, 0),
            Slot.of(0xbf, 5, 3, 0, 0),
            Slot.of(0x07, 5, 0, 0, 8), // the other: R5 = R3 + 8
            Slot.of(0x25, 2, 0, 4, 7), // R2 <= 7 bounds R5 on the first way only
            Slot.of(0xbf, 4, 10, 0, 0),
            Slot.of(0x07, 4, 0, 0, -24),
            Slot.of(0x0f, 4, 5, 0, 0),
            Slot.of(0x72, 4, 0, 0, 0),
            mov(0, 0),
            EXIT
        };
        for (int flags : new int[] {0, ProgramSpec.F_TEST_STATE_FREQ}) {
            ProgramSpec program = ProgramSpec.of("tie", ProgramType.SOCKET_FILTER, BpfCode.of(slots))
                    .withFlags(flags);
            assertThat(Verifier.verify(program, KERNEL, VerifierOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            Verdict.Rejected.class,
                            r -> assertThat(r.message())
                                    .isEqualTo("invalid unbounded variable-offset write to stack R4"));
        }
    }

    private void runGenerated(UnaryOperator<Claims> change, int count) {
        Batch.Source source = Sources.generated(KERNEL);
        ClaimsRun run = new ClaimsRun(KERNEL, VerifierOptions.DEFAULT, 2, tally).changing(change);
        List<ProgramSpec> programs = source.make(Rng.seed(7, 0)).programs();
        for (int i = 0; i < count; i++) {
            run.check(programs.get(i), i, "generated/" + i);
        }
    }

    /** The lowest bit that is not known is said to be 0. */
    private static ScalarValue withLowestBitClear(ScalarValue v) {
        Tnum bits = v.var;
        return ScalarValue.of(
                new Tnum(bits.value(), bits.mask() & bits.mask() - 1),
                v.smin,
                v.smax,
                v.umin,
                v.umax,
                v.s32min,
                v.s32max,
                v.u32min,
                v.u32max);
    }

    private static final long EXIT = Slot.of(0x95, 0, 0, 0, 0);

    private static long mov(int register, int value) {
        return Slot.of(0xb7, register, 0, 0, value);
    }

    private static long store(int base, int offset) {
        return Slot.of(0x7a, base, 0, offset, 1);
    }

    private static ProgramSpec program(long... slots) {
        return ProgramSpec.of("test", ProgramType.RAW_TRACEPOINT, BpfCode.of(slots));
    }
}
