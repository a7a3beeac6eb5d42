package dev.skep.conformance.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.conformance.ObjectPipeline;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.Linux618;
import dev.skep.linux.LinuxKernel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sample of what {@link Main} asks; needs Linux 6.18 and root. */
class ProbeConformanceTest {
    private static KernelModel kernel;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void needsTheKernel() {
        assumeTrue(LinuxKernel.available().yes() && LinuxKernel.release().startsWith("6.18"));
        kernel = Linux618.with(ObjectPipeline.hostTypes());
    }

    @ParameterizedTest
    @CsvSource({
        "sched_cls,1", "sched_cls,12", "sched_cls,86", "sched_cls,131", "sched_cls,165", "sched_cls,181",
                "sched_cls,194",
        "sched_cls,197", "sched_cls,199", "sched_cls,203", "xdp,44", "kprobe,67", "syscall,166",
                "tracing/trace_iter,126"
    })
    void helperTakesTheSameArgumentsWithTheSameLogs(String type, int helper) {
        Comparer c = new HelperProbe(kernel, new PrintStream(out)).run(Target.parse(type, kernel.btf()), helper);
        assertThat(c.programs()).isGreaterThan(10);
        assertThat(c.differences()).as(out.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "STRUCT_PTR", "SKB_PTR", "DYNPTR_PTR", "TASK_FLAVOUR_PTR"})
    void globalFunctionTakesTheSameArgumentsWithTheSameLogs(String parameter) {
        Comparer c = new GlobalProbe(kernel, new PrintStream(out))
                .run(Target.parse("sched_cls", kernel.btf()), true, parameter);
        assertThat(c.programs()).isGreaterThan(100);
        assertThat(c.differences()).as(out.toString()).isZero();
    }
}
