package dev.skep.conformance.dynptr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModels;
import dev.skep.linux.LinuxKernel;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A few of the programs of {@code Conformance dynptrs}. */
class DynptrFuzzTest {
    private static final Set<String> EXTENSIONS = Set.of(Extensions.MALLOC_DYNPTR, Extensions.STACK_DYNPTR);
    private static final int PROGRAMS = 150;

    private static DynptrFuzz run(Set<String> features) {
        DynptrFuzz fuzz = new DynptrFuzz(Extensions.on(KernelModels.running(), features), features);
        for (int seed = 0; seed < PROGRAMS; seed++) {
            DynptrFuzz.Finding f = fuzz.run(seed);
            assertThat(f.isProblem())
                    .as("seed %d: %s: %s", f.seed(), f.kind(), f.detail())
                    .isFalse();
        }
        return fuzz;
    }

    @Test
    void linuxAgreesOnRandomProgramsAndTheirResults() {
        assumeThat(LinuxKernel.available().yes())
                .as("SKIPPED: the kernel cannot be asked: "
                        + LinuxKernel.available().reason())
                .isTrue();
        DynptrFuzz fuzz = run(Set.of());
        assertThat(fuzz.asksTheKernel()).isTrue();
        assertThat(fuzz.count(DynptrFuzz.Kind.SAME_RESULT)).isGreaterThan(PROGRAMS / 2);
        assertThat(fuzz.count(DynptrFuzz.Kind.REJECTED)).isPositive();
    }

    @Test
    void enginesAgreeOnExtensionsAndAllMemoryComesBack() {
        DynptrFuzz fuzz = run(EXTENSIONS);
        assertThat(fuzz.count(DynptrFuzz.Kind.SAME_RESULT)).isGreaterThan(PROGRAMS / 2);
        assertThat(fuzz.count(DynptrFuzz.Kind.REJECTED)).isPositive();
    }
}
