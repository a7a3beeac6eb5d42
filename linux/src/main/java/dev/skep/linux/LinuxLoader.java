package dev.skep.linux;

import dev.skep.object.btf.Btf;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Loads programs of one object into the kernel. Programs that name the same {@link MapSpec} share the map; types are
 * loaded once.
 *
 * <ol>
 *   <li>Types: {@link LinuxBtf}. A program whose types the kernel refuses is tried without them.
 *   <li>Maps: those the program uses, {@link MapCreation}.
 *   <li>Instructions: map indexes become descriptors.
 *   <li>The load itself, and the reading of its log: {@link ProgramLoad}.
 * </ol>
 *
 * <p>Not for use by several threads at a time. Closing it closes maps and types, and no kept program.
 */
public final class LinuxLoader implements AutoCloseable {
    private final Map<Btf, Optional<LinuxBtf>> types = new IdentityHashMap<>();
    private final Map<MapSpec, LinuxMap> maps = new IdentityHashMap<>();
    private final Set<String> lineStrings = new LinkedHashSet<>();

    public LinuxLoader() {}

    /**
     * A loader for these programs. Line records point into the string section of the types, which are loaded once:
     * programs that come later and are not named here are loaded without line records.
     */
    public LinuxLoader(Collection<ProgramSpec> programs) {
        programs.forEach(this::collectStrings);
    }

    /** Loads one program with maps of its own and closes everything. */
    public static LinuxVerdict judge(ProgramSpec program, LoadOptions options) {
        if (options.keep()) {
            throw new IllegalArgumentException("a kept program needs a loader that stays open");
        }
        try (LinuxLoader loader = new LinuxLoader(List.of(program))) {
            return loader.load(program, options);
        }
    }

    /** Loads a program. Whatever the kernel says is a verdict, not an exception. */
    public LinuxVerdict load(ProgramSpec program, LoadOptions options) {
        LinuxKernel.Availability kernel = LinuxKernel.available();
        if (!kernel.yes()) {
            return LinuxVerdict.none(kernel.reason(), Errno.ENOSYS);
        }
        try {
            Optional<LinuxBtf> btf = types(program);
            int[] fds = new int[program.maps().size()];
            for (int i = 0; i < fds.length; i++) {
                fds[i] = map(program.maps().get(i), program.objectName(), options.unprivileged())
                        .fd();
            }
            return ProgramLoad.load(program, instructions(program, fds), btf, options);
        } catch (LinuxException e) {
            return LinuxVerdict.none(e.getMessage(), e.errno());
        }
    }

    /** The kernel's map for this spec; it is made if no program loaded so far uses it. */
    public LinuxMap map(MapSpec spec) throws LinuxException {
        return map(spec, "", false);
    }

    private LinuxMap map(MapSpec spec, String objectName, boolean unprivileged) throws LinuxException {
        LinuxMap map = maps.get(spec);
        if (map == null) {
            map = unprivileged
                    ? withoutCapabilities(spec, objectName)
                    : MapCreation.create(
                            spec,
                            objectName,
                            types(spec.btf()).map(LinuxBtf::fd).orElse(0));
            maps.put(spec, map);
        }
        return map;
    }

    /** Closes the maps and keeps the types: programs loaded from now on get fresh maps. */
    public void closeMaps() {
        maps.values().forEach(LinuxMap::close);
        maps.clear();
    }

    /** Who makes the map decides how carefully Linux treats it; some maps only a privileged loader can make. */
    private static LinuxMap withoutCapabilities(MapSpec spec, String objectName) throws LinuxException {
        Capabilities.keepOnly();
        try {
            return MapCreation.create(spec, objectName, 0);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
        } finally {
            Capabilities.restore();
        }
        return MapCreation.create(spec, objectName, 0);
    }

    private Optional<LinuxBtf> types(ProgramSpec program) {
        if (!types.containsKey(program.btf())) {
            collectStrings(program);
        }
        return types(program.btf());
    }

    private Optional<LinuxBtf> types(Btf btf) {
        return types.computeIfAbsent(btf, b -> {
            if (b.size() <= 1) {
                return Optional.empty();
            }
            try {
                return Optional.of(LinuxBtf.load(b, lineStrings));
            } catch (LinuxException e) {
                problem = e.getMessage();
                return Optional.empty();
            }
        });
    }

    private String problem = "";

    /** Why types could not be loaded; "" if all could. */
    public String typesProblem() {
        return problem;
    }

    private void collectStrings(ProgramSpec program) {
        for (LineInfo line : program.lines()) {
            lineStrings.add(line.file());
            lineStrings.add(line.text());
        }
    }

    /** The program's slots with descriptors in place of map indexes. */
    private static long[] instructions(ProgramSpec program, int[] mapFds) {
        long[] slots = program.code().toSlots();
        for (int i = 0; i < slots.length; i += program.code().width(i)) {
            boolean load64 = program.code().width(i) == 2;
            int pseudo = Slot.src(slots[i]);
            if (load64 && (pseudo == Pseudo.MAP_FD || pseudo == Pseudo.MAP_VALUE)) {
                int index = Slot.imm(slots[i]);
                if (index >= 0 && index < mapFds.length) {
                    slots[i] = Slot.withImm(slots[i], mapFds[index]);
                }
            }
        }
        return slots;
    }

    @Override
    public void close() {
        closeMaps();
        types.values().forEach(t -> t.ifPresent(LinuxBtf::close));
        types.clear();
    }
}
