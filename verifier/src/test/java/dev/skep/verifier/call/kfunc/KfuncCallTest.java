package dev.skep.verifier.call.kfunc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.golden.Asm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Kernel functions that are special as a whole, whatever their arguments. */
class KfuncCallTest {
    private static Verdict verify(String text) {
        KernelModel kernel = KernelModels.shipped();
        Map<Integer, String> names = new HashMap<>();
        BpfCode code = Asm.assemble(text, name -> {
            int id = kernel.btf().find(name, BtfType.Function.class);
            names.put(id, name);
            return id;
        });
        ProgramSpec program = new ProgramSpec(
                "test.o",
                "test",
                "",
                ProgramType.SCHED_CLS,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                code,
                code.size(),
                List.of(),
                Btf.EMPTY,
                List.of(),
                List.of(),
                names,
                Map.of(),
                Map.of());
        return Verifier.verify(program, kernel, VerifierOptions.DEFAULT.withLogLevel(1));
    }

    @Test
    void rejectsTrapThatIsReached() {
        Verdict v = verify("""
            r0 = *(u32 *)(r1 +0)
            if r0 == 1 goto pc+1
            exit
            call kfunc __bpf_trap
            exit
            """);
        assertThat(v).isInstanceOfSatisfying(Verdict.Rejected.class, r -> {
            assertThat(r.message()).isEqualTo("unexpected __bpf_trap() due to uninitialized variable?");
            assertThat(r.errno()).isEqualTo(Reject.EFAULT);
        });
    }

    @Test
    void acceptsTrapThatIsNotReached() {
        assertThat(verify("""
            r0 = 0
            if r0 == 1 goto pc+1
            exit
            call kfunc __bpf_trap
            exit
            """).accepted()).isTrue();
    }
}
