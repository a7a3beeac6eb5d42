package dev.skep.verifier.call.arg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatStringTest {
    private static boolean valid(String format, int args) {
        return FormatString.isValid(format.getBytes(StandardCharsets.ISO_8859_1), args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%d", "%5d", "%-10u", "%08lx", "%+llX", "%p", "%pK", "%px", "%pB", "%pi4", "%pI6", "%s", "%pks", "%pus",
                "%c", "a %i b"
            })
    void knowsTheseConversions(String format) {
        assertThat(valid(format, 1)).isTrue();
        assertThat(valid(format, 0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%z", "%llld", "%pi5", "%pa", "%l", "%5", "a\u0001", "\u0080", "%hd", "%f"})
    void refusesThese(String format) {
        assertThat(valid(format, 5)).isFalse();
    }

    @Test
    void percentTakesNoArgumentAndSpareArgumentsAreFine() {
        assertThat(valid("100%% of\n", 0)).isTrue();
        assertThat(valid("%d", 3)).isTrue();
    }
}
