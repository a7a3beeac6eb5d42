package dev.skep.conformance.dynptr;

import static dev.skep.conformance.dynptr.LocalRows.pointer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.runtime.BudgetFault;
import dev.skep.verifier.Verdict;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dynptrs that only Skep has, as they run. Each trial checks that the run gives back all that it allocated. */
class ExtensionRunTest {
    private static final Set<String> ALL = Set.of(Extensions.MALLOC_DYNPTR, Extensions.STACK_DYNPTR);
    private static final KernelModel KERNEL = Extensions.on(KernelModels.running(), ALL);
    private static final long EINVAL = -22;

    private static Outcome run(boolean compiled, Consumer<DynptrCode> body, long... expected) {
        Subject subject = Row.syscall("extension", body).subject(KERNEL);
        Verdict verdict = Trial.verify(subject, KERNEL, ALL);
        assertThat(verdict.accepted()).as(verdict.log()).isTrue();
        VerifiedProgram program = ((Verdict.Accepted) verdict).program();
        Outcome o = Trial.run(subject, program, KERNEL, compiled ? Trial.Engine.COMPILED : Trial.Engine.INTERPRETER);
        assertThat(o.numbers(expected.length)).isEqualTo(expected);
        return o;
    }

    private static DynptrCode alloc(DynptrCode p, int d, long size, long flags) {
        return p.number(1, size).number(2, flags).dynptr(3, d).kfunc("bpf_dynptr_alloc");
    }

    private static DynptrCode put(DynptrCode p, int d) {
        return p.dynptr(1, d).call("bpf_dynptr_put");
    }

    private static DynptrCode overStack(DynptrCode p, int d, int offset, int size) {
        p.code().mov(1, 10);
        p.code().alu(0, 1, offset);
        return p.number(2, size).number(3, 0).dynptr(4, d).helper(197);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allocatedMemoryIsZeroedAndChecked(boolean compiled) {
        run(
                compiled,
                p -> {
                    alloc(p, 0, 300, 0)
                            .size(0)
                            .isReadOnly(0)
                            .data(0, 0, 300, 9)
                            .read(0, 299, 2, 0, 0)
                            .read(0, 299, 1, 0, 0);
                    put(p, 0);
                    alloc(p, 0, 300, 0)
                            .data(0, 0, 300, -1)
                            .write(0, 0, 4, 1, 0)
                            .adjust(0, 10, 20)
                            .cloneTo(0, 1)
                            .size(1);
                    put(p, 1);
                },
                0,
                300,
                0,
                1,
                -7,
                0,
                0,
                1,
                EINVAL,
                0,
                0,
                10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failedAllocationsAreNullAndMustBePut(boolean compiled) {
        run(
                compiled,
                p -> {
                    put(alloc(p, 0, 0x100_0000, 0).isNull(0), 0);
                    put(alloc(p, 0, 0x100_0000, 1).isNull(0), 0);
                    put(alloc(p, 0, 16, 1).isNull(0).size(0), 0);
                    put(alloc(p, 0, 0, 0).isNull(0).size(0), 0);
                    put(alloc(p, 0, (1L << 32) + 16, 0).size(0), 0);
                },
                -7,
                1,
                -7,
                1,
                EINVAL,
                1,
                EINVAL,
                0,
                0,
                0,
                0,
                16);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stackIsWrittenThroughTheDynptrAndReadDirectly(boolean compiled) {
        run(
                compiled,
                p -> {
                    for (int i = 0; i < 4; i++) {
                        p.code().storeImm(8, 10, -256 + 8 * i, i);
                    }
                    overStack(p, 0, -252, 20)
                            .size(0)
                            .fill(0, 0, 4, 0x11)
                            .data(0, 4, 8, 0x22)
                            .cloneTo(0, 1)
                            .adjust(1, 12, 20)
                            .fill(1, 0, 8, 0x33)
                            .fill(1, 0, 9, 0x44);
                    for (int i = 0; i < 4; i++) {
                        p.code().load(8, 0, 10, -256 + 8 * i);
                        p.note();
                    }
                },
                0,
                20,
                0,
                pointer(1, 0, false),
                0,
                0,
                0,
                -7,
                0x1111_1111_0000_0000L,
                0x2200_0000_0000_0001L,
                0x3333_3333_3333_3333L,
                3);
    }

    /** Fills the hash with keys 5 and 6, and walks it with a callback that looks at each key. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keysAreReadAndNeverWritten(boolean compiled) {
        run(
                compiled,
                p -> {
                    int callback = p.code().label();
                    p.code().load64(1, 1, Subject.AREA, 0);
                    p.code().functionAddress(2, callback);
                    p.number(3, 0).number(4, 0).helper(164).end();
                    p.code().bind(callback);
                    p.function(Subject.CALLBACK_TYPE);
                    p.code().mov(1, 2);
                    p.number(2, 4).number(3, 0).dynptr(4, 0).helper(197);
                    p.size(0)
                            .isReadOnly(0)
                            .read(0, 0, 4, 0, 0)
                            .write(0, 0, 4, 0, 0)
                            .fill(0, 0, 4, 1)
                            .data(0, 0, 4, -1)
                            .slice(0, 0, 4, -1)
                            .copy(0, 0, 0, 2, 2)
                            .cloneTo(0, 1)
                            .isReadOnly(1);
                    p.end();
                },
                1,
                0,
                4,
                1,
                0,
                EINVAL,
                EINVAL,
                0,
                1,
                EINVAL,
                0,
                1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void objectsAreWrittenThroughTheDynptrAndReadDirectly(boolean compiled) {
        run(
                compiled,
                p -> {
                    int none = p.code().label();
                    p.object();
                    p.code().jump(0x15, 0, 0, 0, none);
                    p.code().mov(6, 0);
                    p.code().storeImm(8, 6, 0, 1);
                    p.code().mov(1, 6);
                    p.code().alu(0, 1, 4);
                    p.number(2, 10)
                            .number(3, 0)
                            .dynptr(4, 0)
                            .helper(197)
                            .size(0)
                            .fill(0, 0, 4, 0x11)
                            .data(0, 4, 4, 0x22)
                            .fill(0, 9, 2, 1);
                    p.code().load(8, 0, 6, 0);
                    p.note();
                    p.code().load(8, 0, 6, 8);
                    p.note();
                    p.code().mov(1, 6);
                    p.number(2, 0).call("bpf_obj_drop_impl");
                    p.code().bind(none);
                },
                0,
                10,
                0,
                pointer(0, 0, false),
                -7,
                0x1111_1111_0000_0001L,
                0x2200_0000L);
    }

    private static void drop(DynptrCode p, int reg) {
        int none = p.code().label();
        p.code().jump(0x15, reg, 0, 0, none);
        p.code().mov(1, reg);
        p.number(2, 0).call("bpf_obj_drop_impl");
        p.code().bind(none);
    }

    /**
     * A run that is cut short holds a record, allocated memory, a clone and two objects; the ring and the account must
     * not notice.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunThatFaultsGivesBackWhatItHeld(boolean compiled) {
        Consumer<DynptrCode> body = p -> {
            alloc(p, 0, 1000, 0).cloneTo(0, 1);
            p.reserve(2, 64, 0);
            alloc(p, 3, 2000, 0);
            p.object();
            p.code().mov(6, 0);
            p.object();
            p.code().mov(7, 0);
            int callback = p.code().label();
            p.number(1, 8_000_000);
            p.code().functionAddress(2, callback);
            p.number(3, 0).number(4, 0).helper(181);
            put(p, 1);
            put(p, 3).discard(2, 0);
            drop(p, 6);
            drop(p, 7);
            p.end();
            p.code().bind(callback);
            p.function(Subject.CALLBACK_TYPE);
            p.end();
        };
        Subject subject = Row.syscall("faults", body).subject(KERNEL);
        Verdict verdict = Trial.verify(subject, KERNEL, ALL);
        assertThat(verdict.accepted()).as(verdict.log()).isTrue();
        VerifiedProgram program = ((Verdict.Accepted) verdict).program();
        assertThatThrownBy(() -> Trial.run(
                        subject, program, KERNEL, compiled ? Trial.Engine.COMPILED : Trial.Engine.INTERPRETER))
                .isInstanceOf(BudgetFault.class);
    }
}
