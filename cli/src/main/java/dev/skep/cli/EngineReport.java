package dev.skep.cli;

import dev.skep.jit.CodeSize;
import dev.skep.jit.Jit;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.map.BpfMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;

/** Which engine a program will run in: the size of its generated code, or why there is none. */
final class EngineReport {
    private EngineReport() {}

    /** One line, without the program's name. */
    static String of(VerifiedProgram program, KernelModel kernel) {
        try (Machine machine =
                Machine.create(MachineOptions.defaults().withTypes(MachineOptions.SpecialFields.of(kernel)))) {
            Map<MapSpec, BpfMap> maps = new IdentityHashMap<>();
            for (MapSpec spec : program.spec().maps()) {
                maps.put(spec, machine.createMap(spec));
            }
            CodeSize size = CodeSize.of(Jit.classFile(machine.load(program, maps)));
            return String.format(
                    Locale.ROOT,
                    "generated code: %d methods, %,d bytes, largest %,d of %,d that HotSpot compiles",
                    size.methods(),
                    size.bytes(),
                    size.largest(),
                    CodeSize.LIMIT - 1);
        } catch (RuntimeException | LinkageError e) {
            return "interpreter: " + (e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }
}
