package dev.skep.verifier.call;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.Set;

/** Which C type of a parameter means "the program's context". Source: Linux 6.18 include/linux/bpf_types.h. */
public final class ContextTypes {
    private ContextTypes() {}

    /** The C struct (or typedef) of the context of programs of this type, "" if it has none of its own. */
    static String name(ProgramType type) {
        return switch (type) {
            case SOCKET_FILTER,
                    SCHED_CLS,
                    SCHED_ACT,
                    CGROUP_SKB,
                    LWT_IN,
                    LWT_OUT,
                    LWT_XMIT,
                    LWT_SEG6LOCAL,
                    SK_SKB,
                    FLOW_DISSECTOR -> "__sk_buff";
            case XDP -> "xdp_md";
            case CGROUP_SOCK -> "bpf_sock";
            case CGROUP_SOCK_ADDR -> "bpf_sock_addr";
            case SOCK_OPS -> "bpf_sock_ops";
            case SK_MSG -> "sk_msg_md";
            case KPROBE -> "bpf_user_pt_regs_t";
            case PERF_EVENT -> "bpf_perf_event_data";
            case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> "bpf_raw_tracepoint_args";
            case CGROUP_DEVICE -> "bpf_cgroup_dev_ctx";
            case CGROUP_SYSCTL -> "bpf_sysctl";
            case CGROUP_SOCKOPT -> "bpf_sockopt";
            case SK_LOOKUP -> "bpf_sk_lookup";
            case SK_REUSEPORT -> "sk_reuseport_md";
            case NETFILTER -> "bpf_nf_ctx";
            case TRACEPOINT, TRACING, STRUCT_OPS, EXT, LSM, SYSCALL, LIRC_MODE2, UNSPEC -> "";
        };
    }

    /** True when a pointer to {@code pointee} is a context pointer by its type alone. */
    public static boolean isContext(Btf btf, int pointee, ProgramType type) {
        String wanted = name(type);
        if (wanted.isEmpty()) {
            return false;
        }
        int id = pointee;
        for (int depth = 0; depth < 32; depth++) {
            id = btf.skipModifiers(id);
            if (!(btf.type(id) instanceof BtfType.Typedef t)) {
                break;
            }
            if (type == ProgramType.KPROBE && t.name().equals("bpf_user_pt_regs_t")) {
                return true;
            }
            id = t.type();
        }
        return btf.type(id) instanceof BtfType.Struct s
                && (s.name().equals(wanted)
                        || wanted.equals("__sk_buff") && s.name().equals("sk_buff")
                        || wanted.equals("xdp_md") && s.name().equals("xdp_buff")
                        || type == ProgramType.KPROBE && isRegisters(s.name()));
    }

    /** What the kernel says of another type tagged as the context. */
    static String complaint(int arg, BtfType pointee, ProgramType type) {
        if (pointee == null || pointee.name().isEmpty()) {
            return "arg#%d type doesn't have a name".formatted(arg);
        }
        if (name(type).isEmpty()) {
            return "arg#%d should be void pointer".formatted(arg);
        }
        return "arg#%d should be `struct %s *`".formatted(arg, type == ProgramType.KPROBE ? "pt_regs" : name(type));
    }

    private static boolean isRegisters(String name) {
        return Set.of("pt_regs", "user_pt_regs").contains(name);
    }

    /** True when a parameter tagged as context may have this pointee type. */
    static boolean mayBeTagged(Btf btf, int pointee, ProgramType type, AttachType attach) {
        BtfType t = btf.resolved(pointee);
        boolean underlying =
                t != null && (t.name().equals("sk_buff") || t.name().equals("xdp_buff"));
        if (t instanceof BtfType.Void || !underlying && isContext(btf, pointee, type)) {
            return true;
        }
        if (t == null || t.name().isEmpty()) {
            return false;
        }
        boolean word = t instanceof BtfType.Int i && i.size() == 8;
        String name = t.name();
        return switch (type) {
            case KPROBE -> isRegisters(name);
            case PERF_EVENT -> isRegisters(name) || name.equals("bpf_perf_event_data");
            case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE, LSM, STRUCT_OPS -> word;
            case TRACING ->
                attach == AttachType.TRACE_ITER
                        ? name.startsWith("bpf_iter__")
                        : word || attach == AttachType.TRACE_RAW_TP && name.equals("bpf_raw_tracepoint_args");
            case SYSCALL, TRACEPOINT -> true;
            default -> false;
        };
    }
}
