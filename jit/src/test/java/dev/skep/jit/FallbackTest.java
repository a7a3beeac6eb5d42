package dev.skep.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.program.UnverifiedProgram;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.RunContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that cannot be compiled runs all the same, and says so. */
class FallbackTest {
    /** More 64-bit constants than a class file can hold. */
    private static final int CONSTANTS = 34_000;

    @TempDir
    Path temp;

    private static BpfCode tooManyConstants() {
        long[] slots = new long[2 * CONSTANTS + 1];
        for (int i = 0; i < CONSTANTS; i++) {
            slots[2 * i] = Slot.of(0x18, 0, 0, 0, i);
            slots[2 * i + 1] = Slot.of(0, 0, 0, 0, 77);
        }
        slots[2 * CONSTANTS] = Slot.of(0x95, 0, 0, 0, 0);
        return BpfCode.of(slots);
    }

    @Test
    void isRecordedAndLeavesTheProgramToTheInterpreter() throws Exception {
        try (Machine machine = Machine.create();
                Recording recording = new Recording()) {
            recording.enable("dev.skep.Fallback");
            recording.start();
            LoadedProgram program = machine.load(
                    new UnverifiedProgram(ProgramSpec.of("constants", ProgramType.SOCKET_FILTER, tooManyConstants())),
                    Map.of());
            assertThat(Jit.install(program)).isFalse();
            recording.stop();
            Path file = temp.resolve("fallback.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertThat(events).singleElement().satisfies(e -> {
                assertThat(e.getString("program")).isEqualTo("constants");
                assertThat(e.getString("reason")).contains("IllegalArgumentException");
            });
            try (RunContext cx = machine.newContext()) {
                assertThat(program.run(cx, 0)).isEqualTo(77L << 32 | CONSTANTS - 1);
            }
        }
    }
}
