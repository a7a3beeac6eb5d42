package dev.skep.conformance.dynptr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.linux.LinuxKernel;
import dev.skep.verifier.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a program sees of dynptrs is what Linux 6.18 shows it: in the interpreter, in generated code, and in the running
 * kernel.
 */
class DynptrRowsTest {
    private static final KernelModel KERNEL = KernelModels.running();

    static Stream<Row> rows() {
        return Stream.of(LocalRows.rows(), PacketRows.skb(), PacketRows.xdp(), ConstRows.rows())
                .flatMap(List::stream);
    }

    static Stream<Row> rowsThatLinuxCanRun() {
        return rows().filter(Row::asSeen);
    }

    private static VerifiedProgram verified(Row row, Subject subject) {
        Verdict verdict = Trial.verify(subject, KERNEL, Set.of());
        assertThat(verdict.accepted()).as(row + "\n" + verdict.log()).isTrue();
        return ((Verdict.Accepted) verdict).program();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void interpreterAndGeneratedCodeGiveTheResults(Row row) {
        Subject subject = row.subject(KERNEL);
        VerifiedProgram program = verified(row, subject);
        Outcome slow = Trial.run(subject, program, KERNEL, Trial.Engine.INTERPRETER);
        assertThat(slow.numbers(row.expected().length)).isEqualTo(row.expected());
        Outcome fast = Trial.run(subject, program, KERNEL, Trial.Engine.COMPILED);
        assertThat(fast.difference(slow)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rowsThatLinuxCanRun")
    void theRunningKernelGivesTheSame(Row row) throws Exception {
        assumeThat(LinuxKernel.available().yes())
                .as("SKIPPED: the kernel cannot be asked: "
                        + LinuxKernel.available().reason())
                .isTrue();
        Subject subject = row.subject(KERNEL);
        Trial.Live live = Trial.live(subject);
        assertThat(live.verdict().accepted())
                .as(row + "\n" + live.verdict().log() + live.verdict().problem())
                .isTrue();
        assertThat(live.outcome().numbers(row.expected().length)).isEqualTo(row.expected());
        Outcome own = Trial.run(subject, verified(row, subject), KERNEL, Trial.Engine.INTERPRETER);
        assertThat(own.difference(live.outcome())).isEmpty();
    }
}
