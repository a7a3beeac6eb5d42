package dev.skep.kernel;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import java.util.Set;

/**
 * What a program attaches to, and whether it may sleep there: in the kernel's words and in the order in which the
 * kernel asks.
 */
final class AttachRules {
    private static final Set<String> GPL_COMPATIBLE = Set.of(
            "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    private AttachRules() {}

    /** Null when there is no problem. */
    static String problem(ProgramSpec program, Btf btf) {
        return switch (program.type()) {
            case SYSCALL -> program.sleepable() ? null : "Syscall programs can only be sleepable";
            case STRUCT_OPS -> structOps(program, btf);
            default -> program.sleepable() && !maySleep(program)
                    ? "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable" : null;
        };
    }

    private static boolean maySleep(ProgramSpec program) {
        return switch (program.type()) {
            case KPROBE, LSM -> true;
            case TRACING -> {
                AttachType attach = program.attachType();
                yield attach == AttachType.TRACE_FENTRY || attach == AttachType.TRACE_FEXIT
                        || attach == AttachType.MODIFY_RETURN || attach == AttachType.TRACE_ITER;
            }
            default -> false;
        };
    }

    private static String structOps(ProgramSpec program, Btf btf) {
        if (!GPL_COMPATIBLE.contains(program.license())) {
            return "struct ops programs must have a GPL compatible license";
        }
        int id = program.attachBtfId();
        if (!(btf.type(id) instanceof BtfType.Struct ops)
                || btf.find("bpf_struct_ops_" + ops.name(), BtfType.Struct.class) < 0) {
            return "attach_btf_id " + Integer.toUnsignedString(id) + " is not a supported struct";
        }
        int index = program.attachMember();
        if (index < 0 || index >= ops.members().size()) {
            return "attach to invalid member idx " + Integer.toUnsignedString(index) + " of struct " + ops.name();
        }
        BtfType.Member member = ops.members().get(index);
        if (!(btf.resolved(member.type()) instanceof BtfType.Pointer pointer)
                || !(btf.resolved(pointer.type()) instanceof BtfType.FunctionProto)) {
            return "attach to invalid member " + member.name() + "(@idx " + index + ") of struct " + ops.name();
        }
        return isSupported(ops.name(), member.name(), program.sleepable())
                ? null : "attach to unsupported member " + member.name() + " of struct " + ops.name();
    }

    private static boolean isSupported(String ops, String member, boolean sleepable) {
        return switch (ops) {
            case "tcp_congestion_ops" -> !member.equals("get_info");
            case "bpf_dummy_ops" -> !sleepable || member.equals("test_sleepable");
            default -> true;
        };
    }
}
