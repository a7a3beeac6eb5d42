package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import java.util.List;
import java.util.Map;

/**
 * The parts of an object that only linking needs.
 *
 * @param functions every function of every executable section, by section and place
 * @param externs in libbpf's order; an extern's place in the list is part of the number of a poisoned call
 * @param localTypes the object's BTF before anything was filled in: CO-RE relocations and extern types refer to it.
 *     Ids are the same as in {@code btf}
 * @param programTypes what programs are loaded with: {@code btf}, or nothing if the kernel would refuse it
 * @param ext without function and line records if there are no program types
 * @param textSection index of {@code .text}, -1 if there is none
 * @param structOps for struct_ops programs, by function: which struct and member they fill
 * @param kconfigMap index of the {@code .kconfig} map, -1 if there is none
 */
record ObjectLayout(
        boolean bigEndian,
        List<ObjectFunction> functions,
        List<ExternSpec> externs,
        List<MapSpec> maps,
        Btf btf,
        Btf localTypes,
        Btf programTypes,
        BtfExt ext,
        int textSection,
        Map<ObjectFunction, StructOpsMember> structOps,
        int kconfigMap,
        MapCache cache) {

    /** The member that a struct_ops program fills. */
    record StructOpsMember(String structName, String member) {}
}
