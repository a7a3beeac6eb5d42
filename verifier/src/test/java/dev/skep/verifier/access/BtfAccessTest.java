package dev.skep.verifier.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.insn.Bench;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import java.util.List;
import org.junit.jupiter.api.Test;

class BtfAccessTest {
    private static final int TASK = 5;
    private static final int CGROUP = 4;
    /** A small kernel: task_struct with a number, an array, and pointers of several kinds. */
    private static final Btf KERNEL = new Btf(
            null,
            List.of(
                    new BtfType.Int("int", 4, true, false, false, 0, 32), // 1
                    new BtfType.Int("char", 1, true, true, false, 0, 8), // 2
                    new BtfType.Array(2, 1, 16), // 3
                    new BtfType.Struct("cgroup", false, 8, List.of(new Member("level", 1, 0, 0))), // 4
                    new BtfType.Struct(
                            "task_struct",
                            false,
                            72,
                            List.of( // 5
                                    new Member("pid", 1, 0, 0),
                                    new Member("flags", 1, 32, 3),
                                    new Member("comm", 3, 64, 0),
                                    new Member("parent", 6, 192, 0),
                                    new Member("group_leader", 6, 256, 0),
                                    new Member("cg", 8, 320, 0),
                                    new Member("name", 9, 384, 0),
                                    new Member("inner", 4, 448, 0),
                                    new Member("umem", 11, 512, 0))),
                    new BtfType.Pointer(5), // 6
                    new BtfType.TypeTag("rcu", 4), // 7
                    new BtfType.Pointer(7), // 8
                    new BtfType.Pointer(2), // 9
                    new BtfType.TypeTag("user", 4), // 10
                    new BtfType.Pointer(10), // 11
                    new BtfType.FunctionProto(
                            0,
                            List.of(
                                    new BtfType.Parameter("__data", 9), new BtfType.Parameter("task", 6),
                                    new BtfType.Parameter("n", 1), new BtfType.Parameter("cg__nullable", 14))), // 12
                    new BtfType.Pointer(12), // 13
                    new BtfType.Pointer(4), // 14
                    new BtfType.Typedef("btf_trace_sched_thing", 13))); // 15

    private final Bench b = Bench.withTypes(KERNEL, Bench.program(ProgramType.KPROBE));

    private static RegState task(int flags) {
        return RegState.pointer(new RegType.BtfPtr(flags, KERNEL, TASK));
    }

    private String load(RegState base, int off, int size) {
        b.set(1, base);
        return Bench.refusal(() -> MemoryAccess.load(b.w, 1, off, size, false, 2));
    }

    @Test
    void readsNumbersAndPartsOfArrays() {
        assertThat(load(task(0), 0, 4)).isEqualTo("accepted");
        assertThat(load(task(0), 9, 1)).isEqualTo("accepted");
        assertThat(load(task(0), 16, 8)).isEqualTo("accepted");
        assertThat(load(task(0), 56, 4)).isEqualTo("accepted");
        assertThat(load(task(0), 4, 4)).isEqualTo("accepted");
    }

    @Test
    void refusesAccessAcrossMembersAndBeyondTheStruct() {
        assertThat(load(task(0), 20, 8))
                .isEqualTo("access beyond the end of member comm (mend:24) in struct task_struct with off 20 size 8");
        assertThat(load(task(0), 72, 4)).isEqualTo("access beyond struct task_struct at off 72 size 4");
        assertThat(load(task(0), 28, 4))
                .isEqualTo("cannot access ptr member parent with moff 24 in struct task_struct with off 28 size 4");
    }

    @Test
    void refusesMovedPointersAndWrites() {
        assertThat(load(task(0).withOff(-8), 0, 4)).isEqualTo("R1 is ptr_task_struct invalid negative access: off=-8");
        assertThat(load(task(0).withVar(Bench.number(0, 7).var), 0, 4))
                .isEqualTo("R1 is ptr_task_struct invalid variable offset: off=0, var_off=(0x0; 0x7)");
        b.set(1, task(0));
        assertThat(Bench.refusal(() -> MemoryAccess.store(b.w, 1, 0, 4, -1, 0))).isEqualTo("only read is supported");
        assertThat(load(task(PtrFlags.MAYBE_NULL), 0, 4)).isEqualTo("R1 invalid mem access 'ptr_or_null_'");
        assertThat(load(task(PtrFlags.USER), 0, 4)).isEqualTo("R1 is ptr_task_struct access user memory: off=0");
        assertThat(load(task(PtrFlags.PERCPU), 0, 4)).isEqualTo("R1 is ptr_task_struct access percpu memory: off=0");
    }

    private String typeOf(RegState base, int off) {
        assertThat(load(base, off, 8)).isEqualTo("accepted");
        return b.reg(2).type.kernelName();
    }

    @Test
    void membersOfATrustedParentInAnRcuSectionAreAsTrustedAsListed() {
        RegState trusted = task(PtrFlags.TRUSTED);
        assertThat(typeOf(trusted, 24)).isEqualTo("ptr_");
        assertThat(typeOf(trusted, 32)).isEqualTo("rcu_ptr_");
        assertThat(typeOf(trusted, 40)).isEqualTo("rcu_ptr_or_null_");
        assertThat(b.reg(2).id).isPositive();
        assertThat(((RegType.BtfPtr) b.reg(2).type).typeId()).isEqualTo(CGROUP);
        assertThat(typeOf(trusted, 64)).isEqualTo("user_ptr_");
    }

    @Test
    void outsideAnRcuSectionMembersAreUntrusted() {
        b.w.state.sleepable = true;
        assertThat(typeOf(task(PtrFlags.TRUSTED), 32)).isEqualTo("untrusted_ptr_");
        assertThat(typeOf(task(PtrFlags.UNTRUSTED), 40)).isEqualTo("untrusted_ptr_");
        assertThat(typeOf(task(0), 40)).isEqualTo("ptr_");
    }

    @Test
    void pointersToAnythingElseAreUntrustedMemory() {
        assertThat(typeOf(task(PtrFlags.TRUSTED), 48)).isEqualTo("rdonly_untrusted_mem");
    }

    @Test
    void allocatedObjectsAreWritableWhileOwned() {
        RegState owned = RegState.pointer(new RegType.BtfPtr(PtrFlags.ALLOC, KERNEL, TASK), 0, 0, 4);
        b.set(1, owned);
        assertThat(Bench.refusal(() -> MemoryAccess.store(b.w, 1, 0, 4, -1, 0))).isEqualTo("accepted");
        assertThat(load(owned, 24, 8)).isEqualTo("accepted");
        assertThat(b.reg(2)).isEqualTo(RegState.UNKNOWN);
    }

    @Test
    void idsMatchTheStructItselfOrOneNestedAtTheOffset() {
        assertThat(BtfWalk.idsMatch(b.w, KERNEL, TASK, 0, KERNEL, TASK, true)).isTrue();
        assertThat(BtfWalk.idsMatch(b.w, KERNEL, TASK, 56, KERNEL, CGROUP, false))
                .isTrue();
        assertThat(BtfWalk.idsMatch(b.w, KERNEL, TASK, 56, KERNEL, CGROUP, true))
                .isFalse();
        assertThat(BtfWalk.idsMatch(b.w, KERNEL, TASK, 0, KERNEL, CGROUP, false))
                .isFalse();
    }

    private Bench tracing() {
        return Bench.withTypes(
                        KERNEL,
                        Bench.program(ProgramType.TRACING)
                                .withType(ProgramType.TRACING, AttachType.TRACE_RAW_TP)
                                .withAttachTarget("sched_thing", 15, -1))
                .set(1, RegState.pointer(new RegType.Ctx(0)));
    }

    @Test
    void tracepointArgumentsFollowThePrototype() {
        Bench t = tracing();
        MemoryAccess.load(t.w, 1, 0, 8, false, 2);
        assertThat(t.reg(2).type).isEqualTo(new RegType.BtfPtr(PtrFlags.TRUSTED, KERNEL, TASK));
        assertThat(t.w.log.text()).isEqualTo("func 'sched_thing' arg0 has btf_id 5 type STRUCT 'task_struct'\n");
        MemoryAccess.load(t.w, 1, 8, 8, false, 2);
        assertThat(t.reg(2)).isEqualTo(RegState.UNKNOWN);
        MemoryAccess.load(t.w, 1, 16, 8, false, 2);
        assertThat(t.reg(2).type.kernelName()).isEqualTo("trusted_ptr_or_null_");
        assertThat(t.reg(2).id).isPositive();
    }

    @Test
    void tracepointArgumentsAreReadOnlyAndCounted() {
        Bench t = tracing();
        assertThat(Bench.refusal(() -> MemoryAccess.load(t.w, 1, 24, 8, false, 2)))
                .isEqualTo("invalid bpf_context access off=24 size=8");
        assertThat(t.w.log.text()).isEqualTo("func 'sched_thing' doesn't have 4-th argument\n");
        assertThat(Bench.refusal(() -> MemoryAccess.store(t.w, 1, 0, 8, -1, 0)))
                .isEqualTo("invalid bpf_context access off=0 size=8");
        assertThat(Bench.refusal(() -> MemoryAccess.load(t.w, 1, 0, 4, false, 2)))
                .isEqualTo("invalid bpf_context access off=0 size=4");
    }
}
