package dev.skep.verifier.call.arg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.List;
import org.junit.jupiter.api.Test;

class StructMatchTest {
    // 1 int, 2 sock_common {int, int}, 3 sock {sock_common, int}, 4 sock_common[2], 5 pair {int, sock_common[2]}
    private final Btf btf = new Btf(null, List.of(
            new BtfType.Int("int", 4, true, false, false, 0, 32),
            new BtfType.Struct("sock_common", false, 8, List.of(member("a", 1, 0), member("b", 1, 32))),
            new BtfType.Struct("sock", false, 12, List.of(member("common", 2, 0), member("c", 1, 64))),
            new BtfType.Array(2, 1, 2),
            new BtfType.Struct("pair", false, 20, List.of(member("x", 1, 0), member("s", 4, 32)))));

    private static BtfType.Member member(String name, int type, int offsetBits) {
        return new BtfType.Member(name, type, offsetBits, 0);
    }

    @Test
    void aPointerToAStructIsOneToItsFirstMember() {
        assertThat(StructMatch.matches(btf, 3, 0, btf, 2, false)).isTrue();
        assertThat(StructMatch.matches(btf, 2, 0, btf, 3, false)).isFalse();
    }

    @Test
    void aReleasedPointerMustBeTheVeryStruct() {
        assertThat(StructMatch.matches(btf, 3, 0, btf, 2, true)).isFalse();
        assertThat(StructMatch.matches(btf, 3, 0, btf, 3, true)).isTrue();
    }

    @Test
    void elementsOfArraysCount() {
        assertThat(StructMatch.matches(btf, 5, 4, btf, 2, false)).isTrue();
        assertThat(StructMatch.matches(btf, 5, 12, btf, 2, false)).isTrue();
        assertThat(StructMatch.matches(btf, 5, 8, btf, 2, false)).isFalse();
    }

    @Test
    void sameNumberInAnotherBtfIsAnotherStruct() {
        Btf other = new Btf(null, List.of(new BtfType.Struct("x", false, 4, List.of()), new BtfType.Struct("y", false, 4, List.of())));
        assertThat(StructMatch.matches(btf, 2, 0, other, 2, false)).isFalse();
    }
}
