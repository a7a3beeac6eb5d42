package dev.skep.verifier.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.verifier.state.RegState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdMapTest {
    private final IdMap ids = new IdMap();

    @BeforeEach
    void freshIdsStartAboveHundred() {
        ids.reset(100);
    }

    @Test
    void relatesIdsOneToOne() {
        assertThat(ids.match(1, 7)).isTrue();
        assertThat(ids.match(1, 7)).isTrue();
        assertThat(ids.match(1, 8)).isFalse();
        assertThat(ids.match(2, 7)).isFalse();
        assertThat(ids.match(0, 0)).isTrue();
        assertThat(ids.match(0, 9)).isFalse();
    }

    @Test
    void aNumberTiedToNoOtherCoversAnyTie() {
        assertThat(ids.matchScalar(0, 7)).isTrue();
        assertThat(ids.matchScalar(0, 7))
                .as("two numbers that were independent, and are equal now")
                .isTrue();
        assertThat(ids.matchScalar(0, 0)).isTrue();
    }

    @Test
    void aTieIsNotCoveredByIndependentNumbers() {
        assertThat(ids.matchScalar(3, 0)).isTrue();
        assertThat(ids.matchScalar(3, 0))
                .as("the older state knew that both are equal")
                .isFalse();
    }

    @Test
    void aNumberAndTheSameNumberMovedAreTwo() {
        RegState number = RegState.UNKNOWN.withId(5);
        assertThat(IdMap.key(number)).isEqualTo(5);
        assertThat(IdMap.key(number.withDelta(5, 4))).isNotEqualTo(IdMap.key(number));
    }
}
