package dev.skep.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.isa.Assembler;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a loader may not do for want of a capability. Each answer was Linux 6.18's to the same program. */
class PrivilegeTest {
    private static final KernelModel KERNEL = KernelModels.shipped();
    private static final String LOOKUP = """
        *(u64 *)(r10 - 8) = 0
        r2 = r10
        r2 += -8
        r1 = map[0]
        call 1
        if r0 == 0x0 goto out
        """;

    private static ProgramSpec program(ProgramType type, String text) {
        return ProgramSpec.of(
                        "p",
                        type,
                        Assembler.assemble(
                                text.replaceAll("(?m)^(\\w+): ", "$1:\n").replaceAll("call (\\d+)", "call unknown#$1")))
                .withMaps(List.of(
                        MapSpec.of("m", MapType.ARRAY, 4, 48, 1),
                        MapSpec.of("jumps", MapType.PROG_ARRAY, 4, 4, 4),
                        MapSpec.of("others", MapType.PROG_ARRAY, 4, 4, 4)));
    }

    private static Verdict verdict(ProgramType type, Privilege privilege, String text) {
        ProgramSpec p = program(type, text);
        return Verifier.verify(
                type == ProgramType.CGROUP_SKB ? p.withType(type, AttachType.CGROUP_INET_INGRESS) : p,
                KERNEL,
                VerifierOptions.DEFAULT.withLogLevel(2).withPrivilege(privilege));
    }

    private static String answer(ProgramType type, Privilege privilege, String text) {
        return verdict(type, privilege, text) instanceof Verdict.Rejected r ? r.message() : "accepted";
    }

    private static String filter(Privilege privilege, String text) {
        return answer(ProgramType.SOCKET_FILTER, privilege, text);
    }

    @Test
    void noCapabilityLoadsOnlySocketFiltersAndCgroupProgramsOnPackets() {
        String text = "r0 = 0\nexit";
        assertThat(filter(Privilege.NONE, text)).isEqualTo("accepted");
        assertThat(answer(ProgramType.CGROUP_SKB, Privilege.NONE, text)).isEqualTo("accepted");
        assertThat(answer(ProgramType.XDP, Privilege.NONE, text))
                .isEqualTo("programs of this type need CAP_BPF: type=xdp");
        assertThat(answer(ProgramType.XDP, Privilege.BPF, text)).isEqualTo("accepted");
        assertThat(answer(ProgramType.KPROBE, Privilege.BPF, text))
                .isEqualTo("programs of this type need CAP_PERFMON: type=kprobe");
    }

    @Test
    void noCapabilityLoads4096Instructions() {
        String text = "r0 = 0\n".repeat(4095) + "exit";
        assertThat(filter(Privilege.NONE, text)).isEqualTo("accepted");
        assertThat(filter(Privilege.NONE, "r0 = 0\n" + text))
                .isEqualTo("programs of more than 4096 instructions need CAP_BPF: instructions=4097");
        assertThat(filter(Privilege.BPF, "r0 = 0\n" + text)).isEqualTo("accepted");
    }

    @Test
    void namesTheFirstLoopInTheOrderOfTheWalk() {
        assertThat(filter(Privilege.NONE, "r0 = 0\nagain: r0 += 1\nif r0 < 5 goto again\nexit"))
                .isEqualTo("back-edge from insn 2 to 1");
        // the way below a jump is followed before its target
        assertThat(filter(Privilege.NONE, """
            r0 = 0
            if r0 == 1 goto second
            first: r0 += 1
            if r0 < 5 goto first
            exit
            second: r0 += 1
            if r0 < 5 goto second
            exit
            """)).isEqualTo("back-edge from insn 3 to 2");
        assertThat(filter(Privilege.FULL, "r0 = 0\nagain: r0 += 1\nif r0 < 5 goto again\nexit"))
                .isEqualTo("accepted");
    }

    @Test
    void aPathThatMeetsAnotherIsNoLoop() {
        assertThat(filter(Privilege.NONE, """
            r0 = *(u32 *)(r1 + 0)
            if r0 == 1 goto join
            r0 = 2
            join: r0 += 1
            exit
            """)).isEqualTo("accepted");
    }

    @Test
    void loopsAreFoundBeforeUnreachableCode() {
        assertThat(filter(Privilege.NONE, "again: goto again\nexit")).isEqualTo("back-edge from insn 0 to 0");
    }

    @Test
    void subprogramsNeedCapBpf() {
        String text = "call callee\nexit\ncallee: r0 = 0\nexit";
        assertThat(filter(Privilege.NONE, text))
                .isEqualTo("loading/calling other bpf or kernel functions are allowed for CAP_BPF and CAP_SYS_ADMIN");
        assertThat(filter(Privilege.BPF, text)).isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource({
        "93, bpf_spin_lock#93",
        "5, ''",
        "6, bpf_trace_printk#6",
        "156, bpf_task_storage_get#156",
        "17, bpf_get_cgroup_classid#17"
    })
    void someHelpersNeedCapabilities(int helper, String name) {
        assertThat(filter(Privilege.NONE, "call " + helper + "\nr0 = 0\nexit"))
                .isEqualTo(name.isEmpty() ? "accepted" : "program of this type cannot use helper " + name);
    }

    @Test
    void aForbiddenHelperReadsAllArguments() {
        assertThat(verdict(ProgramType.SOCKET_FILTER, Privilege.NONE, "call 93\nr0 = 0\nexit")
                        .log())
                .contains("0: .12345.... (85) call bpf_spin_lock#93");
    }

    @Test
    void packetPointersOfCgroupProgramsNeedCapBpf() {
        String data = "r0 = *(u32 *)(r1 + 76)\nr0 = 0\nexit";
        assertThat(answer(ProgramType.CGROUP_SKB, Privilege.NONE, data))
                .isEqualTo("invalid bpf_context access off=76 size=4");
        assertThat(answer(ProgramType.CGROUP_SKB, Privilege.BPF, data)).isEqualTo("accepted");
        String stamp = "r0 = 0\n*(u64 *)(r1 + 152) = r0\nexit";
        assertThat(answer(ProgramType.CGROUP_SKB, Privilege.NONE, stamp))
                .isEqualTo("invalid bpf_context access off=152 size=8");
        assertThat(answer(ProgramType.CGROUP_SKB, Privilege.NONE, "r0 = *(u64 *)(r1 + 152)\nr0 = 0\nexit"))
                .isEqualTo("accepted");
    }

    @Test
    void everyNumberIsPreciseAndAddressesAreHidden() {
        String log = verdict(ProgramType.SOCKET_FILTER, Privilege.NONE, "r1 = map[0]\nr0 = 7\nexit")
                .log();
        assertThat(log).contains("(18) r1 = 0x0").contains("R0=P7");
        String bpf = verdict(ProgramType.SOCKET_FILTER, Privilege.BPF, "r1 = map[0]\nr0 = 7\nexit")
                .log();
        assertThat(bpf).contains("(18) r1 = 0x0").contains("R0=7");
    }

    @Test
    void aKnownKeyTellsNothing() {
        String text = """
            *(u32 *)(r10 - 4) = 0
            r2 = r10
            r2 += -4
            r1 = map[0]
            call 1
            r0 = *(u8 *)(r0 + 0)
            exit
            """;
        assertThat(filter(Privilege.BPF, text)).isEqualTo("accepted");
        assertThat(filter(Privilege.NONE, text)).isEqualTo("R0 invalid mem access 'map_value_or_null'");
    }

    @Test
    void speculationThatFailsLeavesABarrierAndNoMask() {
        // the path on which r7 is anything fails at the addition, so that the constant 0 and the number there need not
        // agree
        String text = LOOKUP + """
            r6 = r0
            call 7
            r7 = r0
            if r7 <= 0x2c goto small
            small: if r7 <= 0xf goto add
            r7 = 0
            add: r4 = r6
            r4 += r7
            r0 = *(u8 *)(r4 + 0)
            out: r0 = 0
            exit
            """;
        Verdict v = verdict(ProgramType.SOCKET_FILTER, Privilege.BPF, text);
        assertThat(v.log()).contains("(speculative execution)");
        assertThat(v.accepted()).as(v.log()).isTrue();
    }

    @Test
    void aTailCallThatOnlySpeculationReachesNamesNoMap() {
        String text = """
            r0 = 0
            if r0 == 0x0 goto out
            call 12
            out: r0 = 0
            exit
            """;
        assertThat(filter(Privilege.NONE, text)).isEqualTo("accepted");
    }

    @Test
    void tailCallsGoThroughOneMap() {
        String text = """
            r3 = 0
            r0 = *(u32 *)(r1 + 0)
            r2 = map[1]
            if r0 == 1 goto jump
            r2 = map[2]
            jump: call 12
            r0 = 0
            exit
            """;
        assertThat(filter(Privilege.NONE, text)).isEqualTo("tail_call abusing map_ptr");
        assertThat(filter(Privilege.FULL, text)).isEqualTo("accepted");
    }

    @Test
    void aRejectedProgramStillNamesItsSourceLine() {
        ProgramSpec p = program(ProgramType.SOCKET_FILTER, "r0 = r9\nexit");
        p = p.withTypes(
                p.btf(), p.functions(), List.of(new dev.skep.object.spec.LineInfo(0, "f.c", "int x = y;", 3, 1)));
        Verdict v = Verifier.verify(
                p, KERNEL, VerifierOptions.DEFAULT.withLogLevel(1).withPrivilege(Privilege.NONE));
        assertThat(((Verdict.Rejected) v).source().line()).isEqualTo(3);
        assertThat(v.log()).doesNotContain("int x");
    }
}
