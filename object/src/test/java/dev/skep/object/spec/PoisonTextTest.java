package dev.skep.object.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PoisonTextTest {
    @Test
    void namesTheRelocationThatWasNotResolved() {
        String log =
                "0: R1=ctx()\n12: (85) call unknown#195896080\ninvalid func unknown#195896080\nprocessed 13 insns\n";
        assertThat(PoisonText.explain(Map.of(12, "<byte_off> [5] struct s.a (0:0 @ offset 0)"), log))
                .isEqualTo("0: R1=ctx()\n"
                        + "12: <invalid CO-RE relocation>\n"
                        + "failed to resolve CO-RE relocation <byte_off> [5] struct s.a (0:0 @ offset 0)\n"
                        + "processed 13 insns\n");
    }

    @Test
    void namesTheKernelFunctionThatIsNotThere() {
        String log = "3: (85) call unknown#2002000000\ninvalid func unknown#2002000000\n";
        assertThat(PoisonText.explain(Map.of(3, "bpf_absent"), log))
                .isEqualTo("3: <invalid kfunc call>\nkfunc 'bpf_absent' is referenced but wasn't resolved\n");
    }

    @Test
    void leavesEveryOtherLogAlone() {
        for (String log : new String[] {
            "",
            "invalid func unknown#195896080",
            "invalid func unknown#195896080\n",
            "\ninvalid func unknown#1\n",
            "x: (85) call unknown#9\ninvalid func unknown#9\n",
            "4: (85) call unknown#9\ninvalid func unknown#9\n",
            "3: (85) call unknown#9\ninvalid func unknown#9"
        }) {
            assertThat(PoisonText.explain(Map.of(3, "f"), log)).isEqualTo(log);
        }
    }
}
