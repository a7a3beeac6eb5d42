package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.List;
import java.util.Map;

/**
 * One program, complete: its subprograms appended, relocations and CO-RE applied, maps numbered.
 *
 * <p><em>Shape</em>: {@link dev.skep.object.isa.Pseudo#MAP_FD} and {@code MAP_VALUE} loads carry an index into {@link
 * #maps()}; kfunc calls carry the BTF id in the target kernel's BTF, and {@link #kfuncs()} has their names. A
 * relocation that the target cannot satisfy leaves the instruction that libbpf leaves (call of 195896080 for CO-RE,
 * 2002000000 + extern index for weak kfuncs).
 *
 * @param objectName base name of the file, "" for hand-made programs
 * @param name the C function
 * @param section the ELF section, "" for hand-made programs
 * @param type program type
 * @param attachType expected attach type, null when the section implies none
 * @param attachTarget what follows the slash of the section name: a kernel function, tracepoint or struct_ops member;
 *     "" if nothing
 * @param attachBtfId BTF id of the attach target in the kernel's BTF, 0 if none (struct_ops: the struct)
 * @param attachMember struct_ops: index of the member in the struct, else -1
 * @param flags BPF_F_* program flags
 * @param license text of the license section, "" if there is none
 * @param code instructions, main program first
 * @param sectionInsns instructions in the program's own section, before linking (slots)
 * @param maps maps used, by index
 * @param btf the object's own types
 * @param functions one per subprogram that has a record, by instruction
 * @param lines by instruction
 * @param kfuncs name of each kernel function called, by BTF id
 * @param unresolved names of weak or CO-RE items that could not be resolved, by the poisoned call number, for messages
 *     (all unresolved CO-RE items share one number; the first is named)
 * @param poisoned the same by instruction: kernel function names, and CO-RE paths as libbpf prints them,
 *     {@code <byte_off> [7] struct task_struct.pid (0:3 @ offset 16)}
 */
public record ProgramSpec(
        String objectName,
        String name,
        String section,
        ProgramType type,
        AttachType attachType,
        String attachTarget,
        int attachBtfId,
        int attachMember,
        int flags,
        String license,
        BpfCode code,
        int sectionInsns,
        List<MapSpec> maps,
        Btf btf,
        List<FuncInfo> functions,
        List<LineInfo> lines,
        Map<Integer, String> kfuncs,
        Map<Integer, String> unresolved,
        Map<Integer, String> poisoned) {
    public static final int F_STRICT_ALIGNMENT = 1;
    public static final int F_ANY_ALIGNMENT = 1 << 1;
    public static final int F_TEST_RND_HI32 = 1 << 2;
    public static final int F_TEST_STATE_FREQ = 1 << 3;
    public static final int F_SLEEPABLE = 1 << 4;
    public static final int F_XDP_HAS_FRAGS = 1 << 5;
    public static final int F_XDP_DEV_BOUND_ONLY = 1 << 6;
    public static final int F_TEST_REG_INVARIANTS = 1 << 7;

    /** A hand-made program, as assembler tests and the conformance plugin need it: GPL, no types, no maps. */
    public static ProgramSpec of(String name, ProgramType type, BpfCode code) {
        return new ProgramSpec(
                "",
                name,
                "",
                type,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                code,
                code.size(),
                List.of(),
                Btf.EMPTY,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    public boolean sleepable() {
        return (flags & F_SLEEPABLE) != 0;
    }

    public ProgramSpec withMaps(List<MapSpec> newMaps) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                attachTarget,
                attachBtfId,
                attachMember,
                flags,
                license,
                code,
                sectionInsns,
                newMaps,
                btf,
                functions,
                lines,
                kfuncs,
                unresolved,
                poisoned);
    }

    public ProgramSpec withFlags(int newFlags) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                attachTarget,
                attachBtfId,
                attachMember,
                newFlags,
                license,
                code,
                sectionInsns,
                maps,
                btf,
                functions,
                lines,
                kfuncs,
                unresolved,
                poisoned);
    }

    public ProgramSpec withType(ProgramType newType, AttachType newAttachType) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                newType,
                newAttachType,
                attachTarget,
                attachBtfId,
                attachMember,
                flags,
                license,
                code,
                sectionInsns,
                maps,
                btf,
                functions,
                lines,
                kfuncs,
                unresolved,
                poisoned);
    }

    /**
     * The same program attached elsewhere: target name, BTF id and struct_ops member as in the components'
     * documentation.
     */
    public ProgramSpec withAttachTarget(String target, int btfId, int member) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                target,
                btfId,
                member,
                flags,
                license,
                code,
                sectionInsns,
                maps,
                btf,
                functions,
                lines,
                kfuncs,
                unresolved,
                poisoned);
    }

    public ProgramSpec withLicense(String newLicense) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                attachTarget,
                attachBtfId,
                attachMember,
                flags,
                newLicense,
                code,
                sectionInsns,
                maps,
                btf,
                functions,
                lines,
                kfuncs,
                unresolved,
                poisoned);
    }

    /** Other instructions, with the records that belong to them. */
    public ProgramSpec withCode(
            BpfCode newCode, List<FuncInfo> newFunctions, List<LineInfo> newLines, Map<Integer, String> newPoisoned) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                attachTarget,
                attachBtfId,
                attachMember,
                flags,
                license,
                newCode,
                sectionInsns,
                maps,
                btf,
                newFunctions,
                newLines,
                kfuncs,
                unresolved,
                newPoisoned);
    }

    /** Other names for the kernel functions that the code calls by BTF id. */
    public ProgramSpec withKfuncs(Map<Integer, String> names) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                attachTarget,
                attachBtfId,
                attachMember,
                flags,
                license,
                code,
                sectionInsns,
                maps,
                btf,
                functions,
                lines,
                names,
                unresolved,
                poisoned);
    }

    public ProgramSpec withTypes(Btf newBtf, List<FuncInfo> newFunctions, List<LineInfo> newLines) {
        return new ProgramSpec(
                objectName,
                name,
                section,
                type,
                attachType,
                attachTarget,
                attachBtfId,
                attachMember,
                flags,
                license,
                code,
                sectionInsns,
                maps,
                newBtf,
                newFunctions,
                newLines,
                kfuncs,
                unresolved,
                poisoned);
    }
}
