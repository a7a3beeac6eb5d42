package dev.skep.verifier.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.value.ScalarValue;
import org.junit.jupiter.api.Test;

class WideningTest {
    private static final RegState NUMBER =
            RegState.UNKNOWN.withVar(ScalarValue.ofUnsigned(0, 9)).withId(1);

    private static VerifierState state(RegState r6, RegState r7) {
        VerifierState s = new VerifierState();
        s.frames.add(new Frame(0, -1, 0));
        s.frame().regs[6] = r6;
        s.frame().regs[7] = r7;
        return s;
    }

    @Test
    void whatChangesFromRoundToRoundBecomesUnknown() {
        VerifierState now = state(NUMBER.withVar(ScalarValue.ofUnsigned(1, 10)), NUMBER.withId(1));
        new Widening().apply(state(NUMBER, NUMBER), now);
        assertThat(now.frame().regs[6]).isEqualTo(RegState.UNKNOWN);
        assertThat(now.frame().regs[7]).isEqualTo(NUMBER);
    }

    @Test
    void anIdPlusZeroTakesThePlaceOfTheId() {
        RegState moved = NUMBER.withDelta(1, 0);
        VerifierState now = state(moved, NUMBER);
        new Widening().apply(state(NUMBER, NUMBER), now);
        assertThat(now.frame().regs[6]).isEqualTo(moved);
        assertThat(now.frame().regs[7]).as("Linux widens the second").isEqualTo(RegState.UNKNOWN);
    }
}
