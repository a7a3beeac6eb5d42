package dev.skep.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.conformance.ObjectPipeline;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.Linux618;
import dev.skep.object.btf.Btf;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whatever is damaged, a verdict or a format exception comes out. {@code -Dskep.fuzz.count} judges more, {@code
 * -Dskep.fuzz.seed} others.
 */
class FuzzTest {
    private static final long COUNT = Long.getLong("skep.fuzz.count", 450);
    private static final long SEED = Long.getLong("skep.fuzz.seed", 3);
    private static final int INSTRUCTIONS = 5_000;

    private static KernelModel kernel;
    private static FuzzSeeds seeds;

    @BeforeAll
    static void collectSeeds() throws IOException {
        boolean types = Files.isReadable(Path.of("/sys/kernel/btf/vmlinux"));
        kernel = Linux618.with(types ? ObjectPipeline.hostTypes() : Btf.EMPTY);
        seeds = FuzzSeeds.of(kernel, Path.of("../examples"));
    }

    @Test
    void damagedProgramsHaveVerdicts() throws InterruptedException {
        FuzzRun run = new FuzzRun(seeds, kernel, INSTRUCTIONS, 0);
        run.run(SEED, COUNT, 2);
        assertThat(run.findings()).isEmpty();
        assertThat(run.judged()).isEqualTo(COUNT);
        assertThat(run.accepted()).isBetween(COUNT / 50, COUNT - COUNT / 4);
    }

    @Test
    void damagedObjectsHaveVerdictsOrFormatExceptions() throws InterruptedException {
        assertThat(seeds.objects()).isGreaterThan(3);
        FuzzRun run = new FuzzRun(seeds, kernel, INSTRUCTIONS, 1);
        run.run(SEED, COUNT, 2);
        assertThat(run.findings()).isEmpty();
        assertThat(run.judged()).isEqualTo(COUNT);
        assertThat(run.unreadable()).isBetween(COUNT / 10, COUNT - COUNT / 10);
    }

    @Test
    void emptyAndEndlessProgramsHaveVerdicts() {
        for (ProgramType type : ProgramType.values()) {
            for (long[] slots :
                    List.of(new long[0], new long[] {0x05 | 0xffffL << 16}, new long[4096], new long[] {0x18})) {
                ProgramSpec program = ProgramSpec.of("p", type, BpfCode.of(slots));
                Verdict verdict = Verifier.verify(program, kernel, VerifierOptions.DEFAULT);
                assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, r -> {
                    assertThat(r.message()).doesNotStartWith("internal error");
                    assertThat(r.errno()).isPositive();
                });
            }
        }
    }

    @Test
    void aVerifierThatFailsIsFound() {
        // a spec that breaks its own type's rules makes the verifier fail inside; the judge must not take that for a
        // rejection
        ProgramSpec good = ProgramSpec.of("p", ProgramType.XDP, BpfCode.of(0xb7, 0x95));
        ProgramSpec broken = new ProgramSpec(
                "",
                "p",
                "",
                null,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                good.code(),
                2,
                List.of(),
                null,
                List.of(),
                List.of(),
                good.kfuncs(),
                good.unresolved(),
                good.poisoned());
        FuzzJudge judge = new FuzzJudge(kernel, INSTRUCTIONS);
        assertThat(judge.program(good, VerifierOptions.DEFAULT, "good")).isInstanceOf(FuzzJudge.Answer.Judged.class);
        assertThat(judge.program(broken, VerifierOptions.DEFAULT, "broken")).isInstanceOf(FuzzJudge.Answer.Wrong.class);
    }
}
