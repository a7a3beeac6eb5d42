package dev.skep;

import dev.skep.jit.Jit;
import dev.skep.kernel.Extensions;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.BpfMap;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way from bytes to running programs.
 *
 * <ol>
 *   <li>Read the file; set global variables.
 *   <li>Link and verify each program that is wanted. Nothing was allocated so far.
 *   <li>Make the maps; load the programs; fill program arrays and maps of maps.
 *   <li>Compile.
 * </ol>
 *
 * A failure on the way frees what was made.
 */
final class ObjectLoader {
    private final Machine machine;
    private final LoadOptions options;

    ObjectLoader(Machine machine, LoadOptions options) {
        this.machine = machine;
        this.options = options;
    }

    BpfObject load(String name, byte[] bytes) throws ObjectFormatException, RejectedException {
        ObjectFile file = ObjectFile.of(name, bytes, Extensions.on(options.kernel, options.featureNames()));
        if (!options.globals.isEmpty()) {
            file = file.withContents(contents(file));
        }
        Map<String, Verdict.Accepted> verified = verify(file);
        Map<MapSpec, BpfMap> maps = new IdentityHashMap<>();
        Map<String, BpfMap> byName = new LinkedHashMap<>();
        List<LoadedProgram> programs = new ArrayList<>();
        try {
            for (Verdict.Accepted a : verified.values()) {
                for (MapSpec spec : a.program().spec().maps()) {
                    create(spec, maps, byName);
                }
                programs.add(machine.load(a.program(), maps, options.account));
            }
            for (MapSpec spec : file.spec().maps()) {
                if (!byName.containsKey(spec.name())) {
                    create(file.sized(spec), maps, byName);
                }
            }
            fillSlots(byName, programs);
        } catch (RuntimeException e) {
            programs.forEach(machine::unload);
            maps.values().forEach(machine::closeMap);
            throw e;
        }
        if (options.engine == Engine.JIT) {
            programs.forEach(p -> Jit.install(p, options.jit));
        }
        return new BpfObject(machine, file, byName, programs, verified, options);
    }

    private Map<String, Verdict.Accepted> verify(ObjectFile file) throws ObjectFormatException, RejectedException {
        VerifierOptions settings =
                VerifierOptions.DEFAULT.withLogLevel(options.logLevel).withFeatures(options.featureNames());
        Map<String, Verdict.Accepted> out = new LinkedHashMap<>();
        for (UnlinkedProgram program : file.programs()) {
            boolean wanted =
                    options.programs.isEmpty() ? program.autoload() : options.programs.contains(program.name());
            if (!wanted) {
                continue;
            }
            ProgramSpec linked = file.link(program);
            switch (Verifier.verify(linked, file.kernel(), settings)) {
                case Verdict.Accepted a -> out.put(program.name(), a);
                case Verdict.Rejected r ->
                    throw new RejectedException(
                            program.name(),
                            r.log().isEmpty()
                                            && Verifier.verify(linked, file.kernel(), settings.withLogLevel(1))
                                                    instanceof Verdict.Rejected again
                                    ? again
                                    : r);
            }
        }
        for (String name : options.programs) {
            file.program(name);
        }
        return out;
    }

    private void create(MapSpec spec, Map<MapSpec, BpfMap> maps, Map<String, BpfMap> byName) {
        if (maps.containsKey(spec) || spec.type() == null || spec.type() == dev.skep.object.uapi.MapType.STRUCT_OPS) {
            return;
        }
        BpfMap map = machine.createMap(spec, options.account, options.features.contains(Feature.LINUX_619));
        maps.put(spec, map);
        byName.put(spec.name(), map);
    }

    /** Declared values of program arrays and maps of maps. */
    private static void fillSlots(Map<String, BpfMap> byName, List<LoadedProgram> programs) {
        for (BpfMap map : byName.values()) {
            List<String> slots = map.spec().slots();
            for (int i = 0; i < slots.size(); i++) {
                int id = idOf(slots.get(i), byName, programs);
                if (id != 0) {
                    map.put(word(i), word(id), BpfMap.ANY);
                }
            }
        }
    }

    private static int idOf(String target, Map<String, BpfMap> byName, List<LoadedProgram> programs) {
        if (byName.containsKey(target)) {
            return byName.get(target).id();
        }
        return programs.stream()
                .filter(p -> p.name().equals(target))
                .mapToInt(LoadedProgram::id)
                .findFirst()
                .orElse(0);
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    /** The sections whose variables the options set, by map name, with the values in place. */
    private Map<String, byte[]> contents(ObjectFile file) {
        Map<String, byte[]> out = new LinkedHashMap<>();
        Btf btf = file.spec().btf();
        options.globals.forEach((name, value) -> {
            boolean found = false;
            for (MapSpec map : file.spec().maps()) {
                GlobalVariable.Place place = GlobalVariable.find(btf, map, name);
                if (place != null) {
                    byte[] bytes =
                            out.computeIfAbsent(map.name(), _ -> map.contents().clone());
                    GlobalVariable.write(btf, place, bytes, value);
                    found = true;
                }
            }
            if (!found) {
                throw new IllegalArgumentException(file.spec().name() + ": no such variable: name=" + name);
            }
        });
        return out;
    }

    static boolean isSection(Btf btf, MapSpec map) {
        return map.contents() != null && btf.type(map.valueTypeId()) instanceof BtfType.DataSection;
    }
}
