package dev.skep.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryAccountTest {
    @Test
    void chargesAncestorsOrNobody() {
        MemoryAccount root = MemoryAccount.limited("root", 100);
        MemoryAccount a = root.child("a", 80);
        MemoryAccount b = root.child("b", 80);
        assertThat(a.tryCharge(60)).isTrue();
        assertThat(b.tryCharge(60)).isFalse();
        assertThat(b.used()).isZero();
        assertThat(root.used()).isEqualTo(60);
        assertThatThrownBy(() -> b.charge(41))
                .isInstanceOf(MemoryLimitException.class)
                .hasMessage("account root: memory must stay within the limit: requested=41 used=60 limit=100");
        b.charge(40);
        assertThat(root.used()).isEqualTo(100);
        a.uncharge(60);
        b.uncharge(40);
        assertThat(root.used()).isZero();
        assertThat(root.peak()).isEqualTo(100);
    }

    @Test
    void neverExceedsItsLimitWithManyThreads() throws Exception {
        MemoryAccount root = MemoryAccount.limited("root", 1000);
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            MemoryAccount mine = root.child("t" + t, 400);
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (mine.tryCharge(7 + i % 300)) {
                        mine.uncharge(7 + i % 300);
                    }
                }
            });
        }
        for (Thread t : threads) {
            t.join();
        }
        assertThat(root.used()).isZero();
        assertThat(root.peak()).isBetween(300L, 1000L);
    }
}
