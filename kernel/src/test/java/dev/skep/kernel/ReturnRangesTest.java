package dev.skep.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReturnRangesTest {
    private static final Btf HOOKS = new Btf(
            null,
            List.of(
                    new BtfType.Int("int", 4, true, false, false, 0, 32),
                    new BtfType.FunctionProto(1, List.of()),
                    new BtfType.FunctionProto(0, List.of()),
                    new BtfType.Function("bpf_lsm_file_open", 2, BtfType.Linkage.STATIC),
                    new BtfType.Function("bpf_lsm_cred_free", 3, BtfType.Linkage.STATIC),
                    new BtfType.Function("bpf_lsm_audit_rule_known", 2, BtfType.Linkage.STATIC),
                    new BtfType.Pointer(3),
                    new BtfType.Struct("ops", false, 8, List.of(new BtfType.Member("init", 7, 0, 0)))));

    private static ProgramSpec program(ProgramType type, AttachType attach, int target, int member) {
        return ProgramSpec.of("f", type, BpfCode.of(0x95))
                .withType(type, attach)
                .withAttachTarget("", target, member);
    }

    private static long[] range(ProgramType type, AttachType attach, int target) {
        return ReturnRanges.of(program(type, attach, target, -1), HOOKS);
    }

    @Test
    void cgroupProgramsAnswerYesOrNo() {
        assertThat(range(ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS, 0))
                .containsExactly(0, 1);
        assertThat(range(ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_EGRESS, 0))
                .containsExactly(0, 3);
        assertThat(range(ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET4_POST_BIND, 0))
                .containsExactly(0, 1);
        assertThat(range(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND, 0))
                .containsExactly(0, 3);
        assertThat(range(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_SENDMSG, 0))
                .containsExactly(0, 1);
        assertThat(range(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_RECVMSG, 0))
                .containsExactly(1, 1);
        assertThat(range(ProgramType.SOCK_OPS, null, 0)).containsExactly(0, 1);
    }

    @Test
    void packetAndProbeProgramsAreFree() {
        assertThat(range(ProgramType.XDP, null, 0)).isNull();
        assertThat(range(ProgramType.KPROBE, null, 0)).isNull();
        assertThat(range(ProgramType.KPROBE, AttachType.TRACE_UPROBE_SESSION, 0))
                .containsExactly(0, 1);
        assertThat(range(ProgramType.TRACING, AttachType.TRACE_RAW_TP, 0)).isNull();
        assertThat(range(ProgramType.TRACING, AttachType.MODIFY_RETURN, 0)).isNull();
        assertThat(range(ProgramType.TRACING, AttachType.TRACE_FEXIT, 0)).containsExactly(0, 0);
        assertThat(range(ProgramType.TRACING, AttachType.TRACE_ITER, 0)).containsExactly(0, 1);
    }

    @Test
    void hooksAnswerByTheirPrototype() {
        assertThat(range(ProgramType.LSM, AttachType.LSM_MAC, 4)).containsExactly(-4095, 0);
        assertThat(range(ProgramType.LSM, AttachType.LSM_MAC, 5)).isNull();
        assertThat(range(ProgramType.LSM, AttachType.LSM_MAC, 6)).containsExactly(0, 1);
        assertThat(range(ProgramType.LSM, AttachType.LSM_CGROUP, 4)).containsExactly(0, 1);
        assertThat(range(ProgramType.LSM, AttachType.LSM_CGROUP, 5)).containsExactly(1, 1);
        assertThat(ReturnRanges.returnsNothing(program(ProgramType.LSM, AttachType.LSM_MAC, 5, -1), HOOKS))
                .isTrue();
        assertThat(ReturnRanges.returnsNothing(program(ProgramType.STRUCT_OPS, null, 8, 0), HOOKS))
                .isTrue();
        assertThat(ReturnRanges.returnsNothing(program(ProgramType.STRUCT_OPS, null, 8, 9), HOOKS))
                .isFalse();
    }
}
