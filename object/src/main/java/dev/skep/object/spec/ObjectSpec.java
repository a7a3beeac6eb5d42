package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import java.util.List;

/**
 * What one object file says, before any kernel is known: reading the same bytes on different systems gives the same spec.
 *
 * @param name base name of the file
 * @param maps every map, in libbpf's order (declared maps, then global data)
 * @param programs every program, in libbpf's order, not yet linked
 * @param btf the object's types, {@link Btf#EMPTY} if it has none
 * @param license text of the license section
 */
public record ObjectSpec(String name, List<MapSpec> maps, List<UnlinkedProgram> programs, Btf btf, String license) {}
