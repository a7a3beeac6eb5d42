package dev.skep.verifier.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class MessageTest {
    @Test
    void putsValuesInTheirPlaces() {
        assertThat(Message.of("R%d type=%s expected=%s", 3, "scalar", "fp")).isEqualTo("R3 type=scalar expected=fp");
    }

    @Test
    void printsHexadecimalAtLeastTwoDigitsWideWhereAsked() {
        assertThat(Message.of("%02x %02x %02x %x", 7, 0xab, 0x123, -1)).isEqualTo("07 ab 123 ffffffff");
    }

    @Test
    void leavesPercentSignsOfValuesAlone() {
        assertThat(Message.of("name %s!", "100%d")).isEqualTo("name 100%d!");
    }

    @Test
    void printsTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(Message.of("off=%d size=%d", -8, 123_456)).isEqualTo("off=-8 size=123456");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void refusesConversionsThatNoMessageHas() {
        assertThatThrownBy(() -> Message.of("%f", 1.0)).isInstanceOf(IllegalArgumentException.class);
    }
}
