package dev.skep.kernel;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.Set;

/**
 * What a program attaches to, and whether it may sleep there: in the kernel's words and in the order in which the
 * kernel asks.
 */
final class AttachRules {
    private static final Set<String> GPL_COMPATIBLE =
            Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    private AttachRules() {}

    /** Null when there is no problem. */
    static String problem(ProgramSpec program, Btf btf) {
        return switch (program.type()) {
            case SYSCALL -> program.sleepable() ? null : "Syscall programs can only be sleepable";
            case STRUCT_OPS -> structOps(program, btf);
            default -> {
                if (program.sleepable() && !maySleep(program)) {
                    yield "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable";
                }
                yield switch (program.type()) {
                    case TRACING, LSM -> target(program, btf);
                    default -> null;
                };
            }
        };
    }

    /** What tracing and LSM programs attach to. Where Linux refuses without a word, the sentence is Skep's own. */
    private static String target(ProgramSpec program, Btf btf) {
        int id = program.attachBtfId();
        if (id == 0) {
            return "Tracing programs must provide btf_id";
        }
        BtfType type = btf.type(id);
        if (type == null || type.name().isEmpty()) {
            return "attach_btf_id " + id + (type == null ? " is invalid" : " doesn't have a name");
        }
        AttachType attach = program.attachType();
        return switch (attach) {
            case TRACE_RAW_TP ->
                !(type instanceof BtfType.Typedef)
                        ? "attach_btf_id " + id + " is not a typedef"
                        : type.name().startsWith("btf_trace_")
                                ? null
                                : "attach_btf_id " + id + " points to wrong type name " + type.name();
            case TRACE_ITER ->
                !(type instanceof BtfType.Function)
                        ? "attach_btf_id " + id + " is not a function"
                        : isIterator(type.name(), btf) ? null : type.name() + " is no iterator to attach to";
            case TRACE_FENTRY, TRACE_FEXIT, MODIFY_RETURN, LSM_MAC, LSM_CGROUP -> {
                if (!(type instanceof BtfType.Function)) {
                    yield "attach_btf_id " + id + " is not a function";
                }
                yield program.type() != ProgramType.LSM || type.name().startsWith("bpf_lsm_")
                        ? null
                        : "attach_btf_id " + id + " points to wrong type name " + type.name();
            }
            case null, default ->
                "a program of type " + program.type() + " cannot have attach type " + (attach == null ? "0" : attach);
        };
    }

    /** The function of an iterator has a context struct of the same name. */
    private static boolean isIterator(String function, Btf btf) {
        String prefix = "bpf_iter_";
        return function.startsWith(prefix)
                && btf.find("bpf_iter__" + function.substring(prefix.length()), BtfType.Struct.class) > 0;
    }

    private static boolean maySleep(ProgramSpec program) {
        return switch (program.type()) {
            case KPROBE, LSM -> true;
            case TRACING -> {
                AttachType attach = program.attachType();
                yield attach == AttachType.TRACE_FENTRY
                        || attach == AttachType.TRACE_FEXIT
                        || attach == AttachType.MODIFY_RETURN
                        || attach == AttachType.TRACE_ITER;
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
                ? null
                : "attach to unsupported member " + member.name() + " of struct " + ops.name();
    }

    private static boolean isSupported(String ops, String member, boolean sleepable) {
        return switch (ops) {
            case "tcp_congestion_ops" -> !member.equals("get_info");
            case "bpf_dummy_ops" -> !sleepable || member.equals("test_sleepable");
            default -> true;
        };
    }
}
