package dev.skep.conformance.dynptr;

import static dev.skep.conformance.dynptr.LocalRows.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.HostFile;
import dev.skep.verifier.Verdict;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dynptrs as Linux 6.19 has them: over files, and with 64-bit sizes and offsets. As documented; no such kernel was
 * asked.
 */
class FileRunTest {
    private static final Set<String> NEWER = Set.of(Extensions.LINUX_619);
    private static final KernelModel KERNEL = Extensions.on(KernelModels.running(), NEWER);
    private static final long EINVAL = -22;
    private static final long E2BIG = -7;
    private static final long EFAULT = -14;
    private static final long ENOMEM = -12;
    private static final long ERANGE = -34;

    private static Verdict verify(ProgramType type, int flags, Consumer<DynptrCode> body) {
        return Trial.verify(Subject.of(KERNEL, type, flags, body), KERNEL, NEWER);
    }

    private static Outcome run(
            ProgramType type, int flags, Trial.Engine engine, Consumer<DynptrCode> body, long... expected) {
        Subject subject = Subject.of(KERNEL, type, flags, body);
        Verdict verdict = Trial.verify(subject, KERNEL, NEWER);
        assertThat(verdict.accepted()).as(verdict.log()).isTrue();
        Outcome o = Trial.run(subject, ((Verdict.Accepted) verdict).program(), KERNEL, engine);
        assertThat(o.numbers(expected.length)).isEqualTo(expected);
        return o;
    }

    private static Trial.Engine engine(boolean compiled) {
        return (compiled ? Trial.Engine.COMPILED : Trial.Engine.INTERPRETER)
                .withFile(HostFile.of(Subject.counting(1000)));
    }

    private static void size(DynptrCode p, int d) {
        p.dynptr(1, d).call("bpf_dynptr_size").note();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileIsReadAndNeverWritten(boolean compiled) {
        Outcome o = run(
                ProgramType.LSM,
                0,
                engine(compiled),
                p -> {
                    p.fromFile(0, 0).isNull(0).isReadOnly(0);
                    size(p, 0);
                    p.read(0, 100, 50, 0, 0)
                            .read(0, 996, 4, 0, 64)
                            .read(0, 997, 4, 0, 96)
                            .read(0, 0, 8, 1, 96)
                            .write(0, 0, 4, 0, 0)
                            .write(0, 0, 4, 9, 0)
                            .fill(0, 0, 4, 1)
                            .data(0, 0, 4, -1)
                            .slice(0, 10, 4, -1)
                            .slice(0, 10, 4, 128)
                            .slice(0, 998, 4, 160)
                            .fromMem(1, 0, 64, 0)
                            .copy(1, 0, 0, 200, 64)
                            .copy(0, 0, 1, 0, 4)
                            .copy(1, 0, 0, 990, 20);
                    p.discardFile(0);
                },
                0,
                0,
                1,
                -1,
                0,
                0,
                EFAULT,
                EINVAL,
                EINVAL,
                EINVAL,
                EINVAL,
                0,
                0,
                pointer(10, 13, true),
                0,
                0,
                0,
                EINVAL,
                EFAULT);
        assertThat(o.buffer()[0]).isEqualTo((byte) 100);
        assertThat(o.buffer()[64 + 3]).isEqualTo((byte) (999));
        assertThat(o.area()[63]).isEqualTo((byte) 263);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void flagsAndMemoryMayFail(boolean compiled) {
        run(
                ProgramType.LSM,
                0,
                engine(compiled).withLimit(10),
                p -> {
                    p.fromFile(0, 1).isNull(0).read(0, 0, 4, 0, 0);
                    size(p, 0);
                    p.discardFile(0).fromFile(0, 0).isNull(0).slice(0, 0, 4, 0).discardFile(0);
                },
                EINVAL,
                1,
                EINVAL,
                EINVAL,
                ENOMEM,
                1,
                0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clonesShareTheView(boolean compiled) {
        run(
                ProgramType.LSM,
                0,
                engine(compiled),
                p -> {
                    p.fromFile(0, 0).cloneTo(0, 1).adjust(1, 1L << 32, -1);
                    size(p, 0);
                    p.discardFile(1).fromFile(0, 0).cloneTo(0, 1).adjust(1, 100, 200);
                    size(p, 0);
                    p.read(0, 0, 1, 0, 0)
                            .slice(0, 99, 1, 8)
                            .read(0, 100, 1, 0, 0)
                            .adjust(0, 0, 101)
                            .adjust(0, 9, 8)
                            .read(0, 1L << 32, 0, 0, 0)
                            .discardFile(0);
                },
                0,
                0,
                0,
                -1 - (1L << 32),
                0,
                0,
                0,
                100,
                0,
                pointer(199, 199, true),
                E2BIG,
                ERANGE,
                EINVAL,
                E2BIG);
    }

    /** Whether the program may sleep reaches the host: bytes that are not at hand are given to those that may. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyAProgramThatMaySleepWaitsForBytes(boolean compiled) {
        HostFile slow = (offset, into, maySleep) -> maySleep;
        Consumer<DynptrCode> body = p -> p.fromFile(0, 0).read(0, 0, 4, 0, 0).discardFile(0);
        run(ProgramType.LSM, 0, engine(compiled).withFile(slow), body, 0, EFAULT);
        run(ProgramType.LSM, ProgramSpec.F_SLEEPABLE, engine(compiled).withFile(slow), body, 0, 0);
    }

    @Test
    void theVerifierWantsItDiscarded() {
        rejects(p -> p.fromFile(0, 0), "BPF_EXIT instruction in main prog would lead to reference leak");
        rejects(p -> p.fromMem(0, 0, 8, 0).discardFile(0), "Expected a dynptr of type file as arg #0");
        rejects(p -> p.discardFile(0), "Expected an initialized dynptr as arg #0");
        rejects(p -> p.reserve(0, 8, 0).discardFile(0), "Expected a dynptr of type file as arg #0");
        rejects(p -> p.fromFile(0, 0).discardFile(0).discardFile(0), "Expected an initialized dynptr as arg #0");
        rejects(p -> p.fromFile(0, 0).fromFile(0, 0).discardFile(0), "cannot overwrite referenced dynptr");
        rejects(p -> p.fromFile(0, 0).submit(0, 0), "Expected a dynptr of type ringbuf as arg #0");
        rejects(
                p -> {
                    p.fromFile(0, 0)
                            .dynptr(1, 0)
                            .number(2, 0)
                            .value(3, Subject.BUFFER, 0)
                            .number(4, 8)
                            .call("bpf_dynptr_slice");
                    p.code().mov(6, 0);
                    p.discardFile(0);
                    p.code().load(1, 1, 6, 0);
                },
                "R6 invalid mem access 'scalar'");
        assertThat(verify(
                                ProgramType.LSM,
                                0,
                                p -> p.fromFile(0, 0).cloneTo(0, 1).discardFile(1))
                        .accepted())
                .isTrue();
        rejects(
                p -> p.fromFile(0, 0).cloneTo(0, 1).discardFile(1).size(0).discardFile(0),
                "Expected an initialized dynptr as arg #0");
    }

    private static void rejects(Consumer<DynptrCode> body, String message) {
        Verdict v = verify(ProgramType.LSM, 0, body);
        assertThat(v.accepted()).as(v.log()).isFalse();
        assertThat(((Verdict.Rejected) v).message()).contains(message);
    }

    @Test
    void withoutTheFeatureItIsNamed() {
        Subject subject =
                Subject.of(KERNEL, ProgramType.LSM, 0, p -> p.fromFile(0, 0).discardFile(0));
        Verdict v = Trial.verify(subject, KERNEL, Set.of());
        assertThat(((Verdict.Rejected) v).message())
                .isEqualTo("calling kernel function bpf_dynptr_from_file is not allowed without --features linux-6.19");
    }

    /** Linux 6.18 drops the upper half of what these take; 6.19 does not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sizesAndOffsetsAreWholeNumbersBy619(boolean compiled) {
        Consumer<DynptrCode> body = p -> {
            long high = 1L << 32;
            p.fromMem(0, 0, 64, 0)
                    .read(0, high, 4, 0, 0)
                    .write(0, high, 4, 0, 0)
                    .data(0, high, 4, -1)
                    .slice(0, high, 4, 0)
                    .adjust(0, high, high + 4)
                    .fill(0, high, 4, 1)
                    .fill(0, 0, high + 4, 1)
                    .copy(0, high, 0, 0, 4)
                    .copy(0, 0, 0, 0, high + 4)
                    .copy(0, 0, 0, -4, 8);
            p.dynptr(1, 0)
                    .number(2, -8)
                    .number(3, 16)
                    .value(4, Subject.BUFFER, 0)
                    .kfunc("bpf_probe_read_kernel_dynptr");
        };
        run(
                ProgramType.SYSCALL,
                ProgramSpec.F_SLEEPABLE,
                engine(compiled),
                body,
                0,
                E2BIG,
                E2BIG,
                0,
                0,
                ERANGE,
                E2BIG,
                E2BIG,
                E2BIG,
                E2BIG,
                E2BIG,
                E2BIG);
        Subject old = Subject.of(KERNEL, ProgramType.SYSCALL, ProgramSpec.F_SLEEPABLE, body);
        Verdict.Accepted verdict = (Verdict.Accepted) Trial.verify(old, KERNEL, Set.of());
        Outcome o = Trial.run(old, verdict.program(), KERNEL, engine(compiled));
        assertThat(List.of(o.numbers(3)[1], o.numbers(3)[2])).containsExactly(0L, 0L);
        assertThat(o.numbers(6)[5]).isZero();
    }
}
