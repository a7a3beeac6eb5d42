package dev.skep.object.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DisassemblerTest {
    private static final Disassembler.Names NAMES = new Disassembler.Names() {
        @Override
        public String helper(int id) {
            return id == 1 ? "bpf_map_lookup_elem" : null;
        }

        @Override
        public String kfunc(int btfId) {
            return btfId == 64233 ? "bpf_iter_num_new" : null;
        }
    };

    private static String text(long... slots) {
        return Disassembler.line(BpfCode.of(slots), 0, NAMES);
    }

    @Test
    void printsArithmeticAsTheKernelDoes() {
        assertThat(text(Slot.of(0x07, 1, 0, 0, -5))).isEqualTo("(07) r1 += -5");
        assertThat(text(Slot.of(0x0c, 1, 2, 0, 0))).isEqualTo("(0c) w1 += w2");
        assertThat(text(Slot.of(0x37, 0, 0, 1, 3))).isEqualTo("(37) r0 s/= 3");
        assertThat(text(Slot.of(0x9c, 0, 3, 1, 0))).isEqualTo("(9c) w0 s%= w3");
        assertThat(text(Slot.of(0xbf, 1, 0, 8, 0))).isEqualTo("(bf) r1 = (s8)r0");
        assertThat(text(Slot.of(0xbc, 0, 3, 16, 0))).isEqualTo("(bc) w0 = (s16)w3");
        assertThat(text(Slot.of(0x87, 0, 0, 0, 0))).isEqualTo("(87) r0 = -r0");
        assertThat(text(Slot.of(0xdc, 0, 0, 0, 16))).isEqualTo("(dc) r0 = be16 r0");
        assertThat(text(Slot.of(0xd7, 0, 0, 0, 32))).isEqualTo("(d7) r0 = bswap32 r0");
        assertThat(text(Slot.of(0xbf, 1, 2, 1, 1))).isEqualTo("(bf) r1 = addr_space_cast(r2, 0, 1)");
    }

    @Test
    void printsMemoryAccessAsTheKernelDoes() {
        assertThat(text(Slot.of(0x79, 0, 1, 0, 0))).isEqualTo("(79) r0 = *(u64 *)(r1 +0)");
        assertThat(text(Slot.of(0x91, 0, 1, -3, 0))).isEqualTo("(91) r0 = *(s8 *)(r1 -3)");
        assertThat(text(Slot.of(0x62, 10, 0, -8, 5))).isEqualTo("(62) *(u32 *)(r10 -8) = 5");
        assertThat(text(Slot.of(0x30, 0, 0, 0, 14))).isEqualTo("(30) r0 = *(u8 *)skb[14]");
        assertThat(text(Slot.of(0x48, 0, 1, 0, 14))).isEqualTo("(48) r0 = *(u16 *)skb[r1 + 14]");
        assertThat(text(Slot.of(0xdb, 1, 2, 0, 0))).isEqualTo("(db) lock *(u64 *)(r1 +0) += r2");
        assertThat(text(Slot.of(0xdb, 1, 2, 0, 1))).isEqualTo("(db) r2 = atomic64_fetch_add((u64 *)(r1 +0), r2)");
        assertThat(text(Slot.of(0xc3, 1, 2, 0, 0xf1))).isEqualTo("(c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)");
        assertThat(text(Slot.of(0xdb, 2, 1, 0, 0x100))).isEqualTo("(db) r2 = load_acquire((u64 *)(r1 +0))");
        assertThat(text(Slot.of(0xdb, 1, 2, 0, 0x110))).isEqualTo("(db) store_release((u64 *)(r1 +0), r2)");
        assertThat(text(Slot.of(0xdb, 1, 2, 0, 0x77))).isEqualTo("(db) BUG_db");
    }

    @Test
    void printsJumpsAndCallsAsTheKernelDoes() {
        assertThat(text(Slot.of(0x15, 1, 0, 4, 0))).isEqualTo("(15) if r1 == 0x0 goto pc+4");
        assertThat(text(Slot.of(0x15, 1, 0, -1, -5))).isEqualTo("(15) if r1 == 0xfffffffb goto pc-1");
        assertThat(text(Slot.of(0x6e, 0, 3, 0, 0))).isEqualTo("(6e) if w0 s> w3 goto pc+0");
        assertThat(text(Slot.of(0x06, 0, 0, 0, 70000))).isEqualTo("(06) gotol pc+70000");
        assertThat(text(Slot.of(0xe5, 0, 0, 1, 0))).isEqualTo("(e5) may_goto pc+1");
        assertThat(text(Slot.of(0x85, 0, 0, 0, 1))).isEqualTo("(85) call bpf_map_lookup_elem#1");
        assertThat(text(Slot.of(0x85, 0, 2, 0, 64233))).isEqualTo("(85) call bpf_iter_num_new#64233");
        assertThat(text(Slot.of(0x85, 0, 0, 0, 9999))).isEqualTo("(85) call unknown#9999");
        assertThat(text(Slot.of(0x85, 0, 1, 0, 1))).isEqualTo("(85) call pc+1");
        assertThat(text(Slot.of(0x95, 0, 0, 0, 0))).isEqualTo("(95) exit");
        assertThat(text(Slot.of(0x18, 1, 0, 0, -1), Slot.of(0, 0, 0, 0, 5))).isEqualTo("(18) r1 = 0x5ffffffff");
    }

    @Test
    void assemblesWhatItPrinted() {
        Random random = new Random(7);
        int compared = 0;
        for (int i = 0; i < 40_000; i++) {
            long slot = Slot.of(
                    random.nextInt(256),
                    random.nextInt(11),
                    random.nextInt(11),
                    random.nextInt(4) - 1,
                    random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(18) - 1);
            Instruction any = BpfCode.of(slot).at(0);
            if (any instanceof Instruction.Undefined
                    || any instanceof Instruction.Call c && c.kind() == Instruction.Call.Kind.UNKNOWN) {
                continue;
            }
            // Encoding drops stray bits that the text does not show.
            BpfCode code = BpfCode.of(InstructionEncoder.encode(any));
            Instruction insn = code.at(0);
            boolean clean = !insn.reserved()
                    && !(insn instanceof Instruction.Atomic a && (a.op() == null || a.size() < 4))
                    && !(insn instanceof Instruction.Call c && c.offset() != 0);
            if (clean) {
                String line = Disassembler.line(code, 0, Disassembler.Names.NONE);
                assertThat(Assembler.assemble(line)).as(line).isEqualTo(code);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(5_000);
    }

    @Test
    void decodesAndPrintsAnySlot() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            long[] slots = {
                random.nextLong(), random.nextBoolean() ? random.nextLong() & ~0xffff_ffffL : random.nextLong()
            };
            BpfCode code = BpfCode.of(slots);
            for (int at : List.of(0, 1)) {
                assertThat(Disassembler.text(code, at, Disassembler.Names.NONE)).isNotEmpty();
            }
        }
    }
}
