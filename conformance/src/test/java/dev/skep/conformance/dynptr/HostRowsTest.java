package dev.skep.conformance.dynptr;

import static dev.skep.conformance.dynptr.LocalRows.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Host;
import dev.skep.verifier.Verdict;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dynptr operations whose outcome the host decides, and no test run of a kernel shows: user memory, packets that are
 * not linear.
 */
class HostRowsTest {
    private static final KernelModel KERNEL = KernelModels.running();
    private static final long USER = 0x7f00_0000_1000L;
    private static final int TEXT = 40;

    /** 4096 bytes of user memory at {@link #USER}: 40 letters and a NUL, again and again. */
    private static final Host HOST = new Host() {
        @Override
        public boolean readUser(long address, MemorySegment into) {
            if (address < USER || address + into.byteSize() > USER + 4096) {
                return false;
            }
            for (long i = 0; i < into.byteSize(); i++) {
                into.set(ValueLayout.JAVA_BYTE, i, letter(address + i - USER));
            }
            return true;
        }
    };

    private static byte letter(long at) {
        long n = at % (TEXT + 1);
        return n == TEXT ? 0 : (byte) ('a' + n % 26);
    }

    private static Outcome run(Row row, Trial.Engine engine) {
        Subject subject = row.subject(KERNEL);
        Verdict verdict = Trial.verify(subject, KERNEL, Set.of());
        assertThat(verdict.accepted()).as(verdict.log()).isTrue();
        VerifiedProgram program = ((Verdict.Accepted) verdict).program();
        Outcome outcome = Trial.run(subject, program, KERNEL, engine);
        assertThat(outcome.numbers(row.expected().length)).isEqualTo(row.expected());
        return outcome;
    }

    private static Trial.Engine engine(boolean compiled) {
        return (compiled ? Trial.Engine.COMPILED : Trial.Engine.INTERPRETER).withHost(HOST);
    }

    private static DynptrCode user(DynptrCode p, String kfunc, int d, long offset, long size, long address) {
        return p.dynptr(1, d)
                .number(2, offset)
                .number(3, size)
                .number(4, address)
                .kfunc(kfunc);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsTheHostsUserMemory(boolean compiled) {
        Outcome o = run(
                Row.syscall(
                        "user memory",
                        p -> {
                            p.fromMem(0, 0, 600, 0).reserve(1, 64, 0);
                            user(p, "bpf_probe_read_user_dynptr", 0, 0, 64, USER);
                            user(p, "bpf_copy_from_user_dynptr", 1, 0, 64, USER + 1);
                            user(p, "bpf_probe_read_user_str_dynptr", 0, 100, 64, USER);
                            user(p, "bpf_copy_from_user_str_dynptr", 0, 200, 64, USER + 30);
                            user(p, "bpf_probe_read_user_str_dynptr", 0, 300, 8, USER);
                            user(p, "bpf_probe_read_user_dynptr", 0, 400, 16, USER + 4090);
                            user(p, "bpf_copy_from_user_dynptr", 0, 590, 16, USER);
                            p.submit(1, 0);
                        },
                        0,
                        0,
                        0,
                        0,
                        TEXT + 1,
                        11,
                        8,
                        -14,
                        -7),
                engine(compiled));
        for (int i = 0; i < 64; i++) {
            assertThat(o.area()[i]).isEqualTo(letter(i));
            assertThat(o.records().getFirst()[i]).isEqualTo(letter(i + 1));
        }
        assertThat(o.area()[100 + TEXT]).isZero();
        assertThat(o.area()[101 + TEXT]).isEqualTo((byte) (101 + TEXT));
        assertThat(new String(o.area(), 300, 8, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("abcdefg\0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsUserMemoryIntoFragments(boolean compiled) {
        Outcome o = run(
                Row.xdp(
                        "user memory",
                        9000,
                        p -> {
                            p.fromPacket("bpf_dynptr_from_xdp", 0, 0);
                            user(p, "bpf_probe_read_user_dynptr", 0, 3400, 700, USER);
                            user(p, "bpf_probe_read_user_str_dynptr", 0, 7600, 700, USER);
                            user(p, "bpf_probe_read_user_dynptr", 0, 3400, 700, USER + 3800);
                        },
                        0,
                        0,
                        TEXT + 1,
                        -14),
                engine(compiled));
        assertThat(o.packet()[3400 + 300]).isEqualTo(letter(300));
        assertThat(o.packet()[7600 + TEXT]).isZero();
        assertThat(o.packet()[7601 + TEXT]).isEqualTo((byte) (7601 + TEXT));
    }

    /** The first 60 of 100 bytes are linear. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slicesOfAPagedPacketGoToTheBuffer(boolean compiled) {
        Outcome o = run(
                Row.tc(
                        "paged",
                        p -> {
                            p.fromPacket("bpf_dynptr_from_skb", 0, 0).size(0);
                            p.slice(0, 52, 8, -1)
                                    .slice(0, 52, 9, -1)
                                    .slice(0, 52, 9, 0)
                                    .slice(0, 70, 8, 16)
                                    .slice(0, 70, 8, -1);
                            p.read(0, 50, 20, 0, 32)
                                    .write(0, 56, 8, 0, 32)
                                    .fill(0, 90, 10, 0x11)
                                    .copy(0, 58, 0, 0, 4)
                                    .fill(0, 20, 60, 0x22);
                            p.slice(0, 93, 8, 48).sliceWritable(0, 59, 2, 56, 7);
                            p.packetHelper(39, 100).slice(0, 70, 8, -1);
                        },
                        0,
                        100,
                        pointer(52, 59, false),
                        0,
                        pointer(52, 60, true),
                        pointer(70, 77, true),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        pointer(0x22, 0x22, true),
                        0,
                        pointer(0x22, 0x22, false)),
                engine(compiled).withLinear(60));
        assertThat(o.packet()).hasSize(100);
        assertThat(o.packet()[59])
                .as("a write to the buffer is not a write to the packet")
                .isEqualTo((byte) 0x22);
        assertThat(o.packet()[95]).isEqualTo((byte) 0x11);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReadOnlyPagedPacketIsReadThroughTheBuffer(boolean compiled) {
        run(
                Row.tc(
                                "paged",
                                p -> p.fromPacket("bpf_dynptr_from_skb", 0, 0)
                                        .slice(0, 60, 8, 0)
                                        .slice(0, 60, 8, -1)
                                        .write(0, 60, 4, 0, 0),
                                0,
                                pointer(74, 81, true),
                                0,
                                -22)
                        .on(ProgramType.SOCKET_FILTER),
                engine(compiled).withLinear(60));
    }

    /** Length checks of {@code bpf_dynptr_from_mem} come before those of flags. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fromMemTakesUpTo16MebibytesLessOne(boolean compiled) {
        Row row = Row.tc(
                "large",
                p -> {
                    p.value(1, Subject.LARGE, 0)
                            .number(2, 0xff_ffff)
                            .number(3, 0)
                            .dynptr(4, 0)
                            .helper(197)
                            .size(0);
                    p.value(1, Subject.LARGE, 0)
                            .number(2, 0x100_0000)
                            .number(3, 0)
                            .dynptr(4, 0)
                            .helper(197)
                            .isNull(0);
                    p.value(1, Subject.LARGE, 0)
                            .number(2, 0x100_0000)
                            .number(3, 1)
                            .dynptr(4, 0)
                            .helper(197);
                },
                0,
                0xff_ffff,
                -7,
                1,
                -7);
        Subject subject = row.subject(KERNEL).withLargeMap();
        Verdict verdict = Trial.verify(subject, KERNEL, Set.of());
        assertThat(verdict.accepted()).as(verdict.log()).isTrue();
        Outcome o = Trial.run(subject, ((Verdict.Accepted) verdict).program(), KERNEL, engine(compiled));
        assertThat(o.numbers(row.expected().length)).isEqualTo(row.expected());
    }
}
