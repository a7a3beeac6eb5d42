package dev.skep.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import org.junit.jupiter.api.Test;

class AttachRulesTest {
    private final Btf btf = KernelModels.shipped().btf();

    private String problem(ProgramType type, AttachType attach, boolean sleepable) {
        return AttachRules.problem(
                ProgramSpec.of("f", type, BpfCode.of(0x95))
                        .withType(type, attach)
                        .withFlags(sleepable ? ProgramSpec.F_SLEEPABLE : 0),
                btf);
    }

    private String structOps(String struct, String member, boolean sleepable) {
        int id = btf.find(struct, BtfType.Struct.class);
        int index = -1;
        for (BtfType.Member m : ((BtfType.Struct) btf.type(id)).members()) {
            index++;
            if (m.name().equals(member)) {
                break;
            }
        }
        return AttachRules.problem(
                ProgramSpec.of("f", ProgramType.STRUCT_OPS, BpfCode.of(0x95))
                        .withAttachTarget("", id, index)
                        .withFlags(sleepable ? ProgramSpec.F_SLEEPABLE : 0),
                btf);
    }

    @Test
    void fewProgramsMaySleep() {
        String sentence = "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable";
        assertThat(problem(ProgramType.KPROBE, null, true)).isNull();
        assertThat(problem(ProgramType.TRACING, AttachType.TRACE_ITER, true))
                .isEqualTo("Tracing programs must provide btf_id");
        assertThat(problem(ProgramType.TRACING, AttachType.TRACE_RAW_TP, true)).isEqualTo(sentence);
        assertThat(problem(ProgramType.XDP, null, true)).isEqualTo(sentence);
        assertThat(problem(ProgramType.XDP, null, false)).isNull();
        assertThat(problem(ProgramType.SYSCALL, null, true)).isNull();
        assertThat(problem(ProgramType.SYSCALL, null, false)).isEqualTo("Syscall programs can only be sleepable");
    }

    private <T extends BtfType> String target(AttachType attach, String name, Class<T> kind) {
        return AttachRules.problem(
                ProgramSpec.of("f", ProgramType.TRACING, BpfCode.of(0x95))
                        .withType(ProgramType.TRACING, attach)
                        .withAttachTarget(name, btf.find(name, kind), -1),
                btf);
    }

    @Test
    void tracingProgramsNeedATargetOfTheRightKind() {
        assertThat(problem(ProgramType.TRACING, AttachType.TRACE_RAW_TP, false))
                .isEqualTo("Tracing programs must provide btf_id");
        assertThat(problem(ProgramType.LSM, AttachType.LSM_MAC, false))
                .isEqualTo("Tracing programs must provide btf_id");
        assertThat(target(AttachType.TRACE_ITER, "bpf_iter_task", BtfType.Function.class))
                .isNull();
        assertThat(target(AttachType.TRACE_ITER, "bpf_iter_num_new", BtfType.Function.class))
                .isNotNull();
        assertThat(target(AttachType.TRACE_RAW_TP, "bpf_iter_task", BtfType.Function.class))
                .endsWith("is not a typedef");
        assertThat(target(AttachType.TRACE_RAW_TP, "u32", BtfType.Typedef.class))
                .endsWith("points to wrong type name u32");
        assertThat(target(AttachType.TRACE_ITER, "u32", BtfType.Typedef.class)).endsWith("is not a function");
        assertThat(target(AttachType.XDP, "u32", BtfType.Typedef.class)).endsWith("cannot have attach type XDP");
    }

    @Test
    void structOpsNameASupportedMember() {
        assertThat(structOps("tcp_congestion_ops", "init", false)).isNull();
        assertThat(structOps("tcp_congestion_ops", "ssthresh", true)).isNull();
        assertThat(structOps("tcp_congestion_ops", "get_info", false))
                .isEqualTo("attach to unsupported member get_info of struct tcp_congestion_ops");
        assertThat(structOps("tcp_congestion_ops", "name", false))
                .isEqualTo("attach to invalid member name(@idx 11) of struct tcp_congestion_ops");
        assertThat(structOps("bpf_dummy_ops", "test_2", true))
                .isEqualTo("attach to unsupported member test_2 of struct bpf_dummy_ops");
        assertThat(structOps("bpf_dummy_ops", "test_sleepable", true)).isNull();
        assertThat(structOps("file_operations", "llseek", false)).endsWith("is not a supported struct");
    }
}
