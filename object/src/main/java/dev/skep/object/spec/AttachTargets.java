package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;

/**
 * What programs attach to, found by name in the kernel's types. Source: Linux
 * Documentation/bpf/libbpf/program_types.rst.
 */
final class AttachTargets {
    /** The id of the target and, for struct_ops, of its member; 0 and -1 for none. */
    record Target(int btfId, int member) {
        static final Target NONE = new Target(0, -1);
    }

    private AttachTargets() {}

    static Target find(Btf kernel, UnlinkedProgram program, ObjectLayout.StructOpsMember member) {
        if (kernel == null) {
            return Target.NONE;
        }
        if (program.type() == ProgramType.STRUCT_OPS) {
            return member == null ? Target.NONE : structOps(kernel, member);
        }
        SectionNames.Meaning meaning = SectionNames.meaning(program.section());
        if (!meaning.needsTarget()
                || program.type() == ProgramType.EXT
                || program.attachTarget().isEmpty()) {
            return Target.NONE;
        }
        String name = program.attachTarget();
        int colon = name.indexOf(':');
        if (colon >= 0) {
            // What a module has is not in the kernel's own types.
            if (!"vmlinux".startsWith(name.substring(0, colon))) {
                return Target.NONE;
            }
            name = name.substring(colon + 1);
        }
        int id = find(kernel, program.attachType(), name);
        return id > 0 ? new Target(id, -1) : Target.NONE;
    }

    private static int find(Btf kernel, AttachType type, String name) {
        return switch (type) {
            case TRACE_RAW_TP -> kernel.find("btf_trace_" + name, BtfType.Typedef.class);
            case LSM_MAC, LSM_CGROUP -> kernel.find("bpf_lsm_" + name, BtfType.Function.class);
            case TRACE_ITER -> kernel.find("bpf_iter_" + name, BtfType.Function.class);
            case null, default -> kernel.find(name, BtfType.Function.class);
        };
    }

    private static Target structOps(Btf kernel, ObjectLayout.StructOpsMember wanted) {
        int id = kernel.find(wanted.structName(), BtfType.Struct.class);
        boolean offered = kernel.find("bpf_struct_ops_" + wanted.structName(), BtfType.Struct.class) > 0;
        if (id > 0 && offered && kernel.type(id) instanceof BtfType.Struct struct) {
            for (int i = 0; i < struct.members().size(); i++) {
                if (struct.members().get(i).name().equals(wanted.member())) {
                    return new Target(id, i);
                }
            }
        }
        return Target.NONE;
    }
}
