package dev.skep.verifier.cfg;

import static dev.skep.verifier.cfg.Programs.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import org.junit.jupiter.api.Test;

/** Live registers as Linux 6.18 prints them; the expected tables are its answers to these programs. */
class RegisterLivenessTest {
    @Test
    void printsLinuxTable() {
        assertThat(log(
                        store(10, -8, 1),
                        mov(6, 3),
                        movReg(1, 10),
                        add(1, -8),
                        call(3),
                        Slot.of(0x0f, 0, 6, 0, 0),
                        mov(0, 0),
                        EXIT,
                        load(2, 1, 0),
                        Slot.of(0x61, 0, 2, 0, 0),
                        store(10, -8, 0),
                        Slot.of(0x57, 0, 0, 0, 255),
                        EXIT))
                .containsExactly(
                        "func#0 @0",
                        "func#1 @8",
                        "Live regs before insn:",
                        "      0: .12345.... (7b) *(u64 *)(r10 -8) = r1",
                        "      1: ..2345.... (b7) r6 = 3",
                        "      2: ..23456... (bf) r1 = r10",
                        "      3: .123456... (07) r1 += -8",
                        "      4: .123456... (85) call pc+3",
                        "      5: 0.....6... (0f) r0 += r6",
                        "      6: .......... (b7) r0 = 0",
                        "      7: 0......... (95) exit",
                        "      8: .1........ (79) r2 = *(u64 *)(r1 +0)",
                        "      9: ..2....... (61) r0 = *(u32 *)(r2 +0)",
                        "     10: 0......... (7b) *(u64 *)(r10 -8) = r0",
                        "     11: 0......... (57) r0 &= 255",
                        "     12: 0......... (95) exit");
    }

    @Test
    void printsLoopNumbersAndPrototypeArguments() {
        assertThat(log(mov(6, 0), mayGoto(2), add(6, 1), go(-3), mov(0, 0), EXIT))
                .contains(
                        "      0: .......... (b7) r6 = 0",
                        "  1   1: ......6... (e5) may_goto pc+2",
                        "  1   3: ......6... (05) goto pc-3",
                        "      5: 0......... (95) exit");
        assertThat(log(
                        mov(1, 10),
                        wide(2, Pseudo.FUNC, 6),
                        0,
                        movReg(3, 10),
                        mov(4, 0),
                        helper(181),
                        mov(0, 0),
                        EXIT,
                        movReg(0, 2),
                        EXIT))
                .contains(
                        "      1: .1........ (18) r2 = 0x6",
                        "      5: .1234..... (85) call bpf_loop#181",
                        "      8: ..2....... (bf) r0 = r2");
    }

    private static int before(int insn, long... slots) {
        return analyse(slots).liveRegs(insn) & 0x3ff;
    }

    private static int regs(int... numbers) {
        int mask = 0;
        for (int n : numbers) {
            mask |= 1 << n;
        }
        return mask;
    }

    private static long atomic(AtomicOp op, int base, int src) {
        return Slot.of(0xdb, base, src, -8, op.imm());
    }

    @Test
    void readsWhatAtomicsRead() {
        assertThat(before(0, atomic(AtomicOp.ADD, 1, 2), mov(0, 0), EXIT)).isEqualTo(regs(1, 2));
        assertThat(before(0, atomic(AtomicOp.CMPXCHG, 1, 2), EXIT)).isEqualTo(regs(0, 1, 2));
        assertThat(before(1, mov(3, 1), atomic(AtomicOp.XCHG, 1, 3), movReg(0, 3), EXIT))
                .isEqualTo(regs(1, 3));
        assertThat(before(0, atomic(AtomicOp.LOAD_ACQUIRE, 0, 4), EXIT)).isEqualTo(regs(4));
        assertThat(before(0, atomic(AtomicOp.STORE_RELEASE, 4, 5), mov(0, 0), EXIT))
                .isEqualTo(regs(4, 5));
    }

    @Test
    void joinsBranches() {
        assertThat(before(0, ifEqual(3, 0, 1), movReg(4, 5), movReg(0, 4), EXIT))
                .isEqualTo(regs(3, 4, 5));
    }

    @Test
    void takesLegacyLoadsToReadEverything() {
        assertThat(before(0, Slot.of(0x30, 0, 0, 0, 3), mov(0, 0), EXIT)).isEqualTo(0x3ff);
    }

    @Test
    void readsAllArgumentsOfUnknownCallees() {
        assertThat(before(0, helper(44), EXIT)).isEqualTo(regs(1, 2, 3, 4, 5));
        assertThat(before(0, helper(9999), EXIT)).isEqualTo(regs(1, 2, 3, 4, 5));
        assertThat(before(0, helper(6), EXIT)).isEqualTo(regs(1, 2));
    }
}
