package dev.skep.kernel.kfunc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.TableLines;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KfuncCatalogueTest {
    /** Functions that tracing programs may only attach to. */
    private static final Set<String> ATTACH_ONLY =
            Set.of("bpf_fentry_test1", "bpf_modify_return_test", "bpf_modify_return_test2");

    private final KfuncCatalogue kfuncs = new KfuncCatalogue(Btf.EMPTY);

    private static ProgramSpec program(ProgramType type, AttachType attach) {
        return ProgramSpec.of("f", type, BpfCode.of(0x95)).withType(type, attach);
    }

    @Test
    void allowsCallsAsObserved() {
        List<ProgramSpec> programs = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        int functions = 0;
        for (String line : TableLines.of(KfuncCatalogueTest.class, "kfuncs.txt")) {
            String[] words = line.split(" ");
            if (words[0].equals("program")) {
                programs.add(program(
                        ProgramType.valueOf(words[1]), words[2].equals("-") ? null : AttachType.valueOf(words[2])));
                continue;
            }
            functions++;
            Kfunc kfunc = kfuncs.find(words[0]);
            if (kfunc == null) {
                assertThat(ATTACH_ONLY).contains(words[0]);
                assertThat(words[2]).doesNotContain("+");
                continue;
            }
            for (int i = 0; i < programs.size(); i++) {
                if (kfuncs.allows(kfunc, programs.get(i)) != (words[2].charAt(i) == '+')) {
                    wrong.add(words[0] + " " + programs.get(i).type() + " "
                            + programs.get(i).attachType());
                }
            }
            if (!hasObserved(kfunc, words[1])) {
                wrong.add(words[0] + " flags " + words[1]);
            }
        }
        assertThat(functions).isEqualTo(203);
        assertThat(wrong).isEmpty();
    }

    private static boolean hasObserved(Kfunc kfunc, String letters) {
        return letters.chars().allMatch(letter -> switch (letter) {
            case 'a' -> kfunc.has(Kfunc.ACQUIRE);
            case 'n' -> kfunc.has(Kfunc.RET_NULL);
            case 'r' -> kfunc.has(Kfunc.RELEASE);
            case 's' -> kfunc.has(Kfunc.SLEEPABLE);
            case 'i' -> kfunc.has(Kfunc.ITER_NEW);
            case 'p' -> kfunc.trustsArgs() || kfunc.has(Kfunc.RCU);
            default -> true;
        });
    }

    @Test
    void keepsFileFunctionsForSecurityHooks() {
        Kfunc put = kfuncs.find("bpf_put_file");
        assertThat(kfuncs.allows(put, program(ProgramType.LSM, AttachType.LSM_MAC)))
                .isTrue();
        assertThat(kfuncs.allows(put, program(ProgramType.TRACING, AttachType.TRACE_FENTRY)))
                .isFalse();
    }

    @Test
    void findsFunctionsByTheirIdInTheKernel() {
        Btf btf = new Btf(
                null,
                List.of(
                        new BtfType.FunctionProto(0, List.of()),
                        new BtfType.Function("bpf_throw", 1, BtfType.Linkage.STATIC),
                        new BtfType.Function("vfs_read", 1, BtfType.Linkage.STATIC),
                        new BtfType.Function("bpf_iter_num_new", 1, BtfType.Linkage.STATIC)));
        KfuncCatalogue catalogue = new KfuncCatalogue(btf);
        assertThat(catalogue.find(2).special()).isEqualTo(KfuncFamily.THROW);
        assertThat(catalogue.find(4).has(Kfunc.ITER_NEW)).isTrue();
        assertThat(catalogue.find(3)).isNull();
        assertThat(catalogue.find(1)).isNull();
        assertThat(catalogue.find(99)).isNull();
    }

    @Test
    void releasingImpliesTrustedArguments() {
        assertThat(kfuncs.find("bpf_task_release").trustsArgs()).isTrue();
        assertThat(kfuncs.find("bpf_obj_new_impl").trustsArgs()).isFalse();
    }
}
