package dev.skep.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import org.junit.jupiter.api.Test;

class LoadRulesTest {
    private static ProgramSpec program(ProgramType type, AttachType attach) {
        return ProgramSpec.of("f", type, BpfCode.of(0x95)).withType(type, attach);
    }

    @Test
    void someTypesTakeFewAttachTypes() {
        assertThat(LoadRules.problem(program(ProgramType.CGROUP_SKB, null))).isNull();
        assertThat(LoadRules.problem(program(ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_EGRESS)))
                .isNull();
        assertThat(LoadRules.problem(program(ProgramType.CGROUP_SKB, AttachType.XDP)))
                .isEqualTo("program type CGROUP_SKB cannot have attach type XDP");
        assertThat(LoadRules.problem(program(ProgramType.SK_LOOKUP, null)))
                .isEqualTo("program type SK_LOOKUP cannot have attach type 0");
        assertThat(LoadRules.problem(program(ProgramType.XDP, AttachType.SK_LOOKUP)))
                .isNull();
        assertThat(LoadRules.problem(program(ProgramType.UNSPEC, null))).isNotNull();
    }

    @Test
    void onlySomeTypesNameATarget() {
        assertThat(LoadRules.problem(program(ProgramType.XDP, null).withAttachTarget("", 1, -1)))
                .isEqualTo("program type XDP cannot attach to BTF id 1");
        assertThat(LoadRules.problem(
                        program(ProgramType.TRACING, AttachType.TRACE_ITER).withAttachTarget("", 1, -1)))
                .isNull();
        assertThat(LoadRules.problem(
                        program(ProgramType.TRACING, AttachType.TRACE_ITER).withAttachTarget("", -1, -1)))
                .isEqualTo("program type TRACING cannot attach to BTF id 4294967295");
    }

    @Test
    void flagsMustBeKnown() {
        assertThat(LoadRules.problem(program(ProgramType.XDP, null).withFlags(0xff)))
                .isNull();
        assertThat(LoadRules.problem(program(ProgramType.XDP, null).withFlags(0x100)))
                .isEqualTo("unknown program flags: 0x100");
    }
}
