package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import java.util.List;

/**
 * What one object file says, before any kernel is known: reading the same bytes on different systems gives the same
 * spec. Made by {@link ObjectReader}; {@link Linker} makes programs from it.
 */
public final class ObjectSpec {
    private final String name;
    private final List<MapSpec> maps;
    private final List<UnlinkedProgram> programs;
    private final String license;
    private final ObjectLayout layout;

    ObjectSpec(String name, List<MapSpec> maps, List<UnlinkedProgram> programs, String license, ObjectLayout layout) {
        this.name = name;
        this.maps = List.copyOf(maps);
        this.programs = List.copyOf(programs);
        this.license = license;
        this.layout = layout;
    }

    /** Base name of the file. */
    public String name() {
        return name;
    }

    /** Every map, in libbpf's order: declared maps, global data by section, {@code .kconfig}, struct_ops. */
    public List<MapSpec> maps() {
        return maps;
    }

    /** Every program, in libbpf's order, not yet linked. */
    public List<UnlinkedProgram> programs() {
        return programs;
    }

    /**
     * The object's types as a loader gives them to the kernel: sizes and offsets of data sections filled in, externs
     * turned into variables, hidden functions made static. {@link Btf#EMPTY} if there are none.
     */
    public Btf btf() {
        return layout.btf();
    }

    /** Text of the license section, "" if there is none. */
    public String license() {
        return license;
    }

    /** The kernel functions, kernel variables and configuration values that the object wants from its host. */
    public List<ExternSpec> externs() {
        return layout.externs();
    }

    /** The program with this name, null if there is none. */
    public UnlinkedProgram program(String programName) {
        for (UnlinkedProgram program : programs) {
            if (program.name().equals(programName)) {
                return program;
            }
        }
        return null;
    }

    /** The map with this name, null if there is none. */
    public MapSpec map(String mapName) {
        for (MapSpec map : maps) {
            if (map.name().equals(mapName)) {
                return map;
            }
        }
        return null;
    }

    /** True if the file was made for big-endian machines: such programs can be listed but not linked. */
    public boolean isBigEndian() {
        return layout.bigEndian();
    }

    ObjectLayout layout() {
        return layout;
    }

    @Override
    public String toString() {
        return name;
    }
}
