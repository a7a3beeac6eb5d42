package dev.skep.object.spec;

import static dev.skep.object.uapi.ProgramType.*;

import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;

/**
 * What a section's name says about the programs in it.
 *
 * <p><em>Shape</em>: a name of the table with a plus sign matches the name alone or followed by a slash and a target;
 * others match exactly. The first match counts.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/libbpf/program_types.rst.
 */
final class SectionNames {
    /**
     * @param attachType null if the section implies none
     * @param needsTarget the target is looked up in the kernel's types
     */
    record Meaning(
            String pattern, ProgramType type, AttachType attachType, int flags, boolean needsTarget, boolean usdt) {}

    private static final int SLEEPABLE = ProgramSpec.F_SLEEPABLE;
    private static final int FRAGS = ProgramSpec.F_XDP_HAS_FRAGS;

    private static final Meaning[] TABLE = {
        of("socket", SOCKET_FILTER),
        of("sk_reuseport/migrate", SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE),
        of("sk_reuseport", SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT),
        of("kprobe+", KPROBE),
        of("uprobe+", KPROBE),
        flags("uprobe.s+", KPROBE, null, SLEEPABLE),
        of("kretprobe+", KPROBE),
        of("uretprobe+", KPROBE),
        flags("uretprobe.s+", KPROBE, null, SLEEPABLE),
        of("kprobe.multi+", KPROBE, AttachType.TRACE_KPROBE_MULTI),
        of("kretprobe.multi+", KPROBE, AttachType.TRACE_KPROBE_MULTI),
        of("kprobe.session+", KPROBE, AttachType.TRACE_KPROBE_SESSION),
        of("uprobe.multi+", KPROBE, AttachType.TRACE_UPROBE_MULTI),
        of("uretprobe.multi+", KPROBE, AttachType.TRACE_UPROBE_MULTI),
        of("uprobe.session+", KPROBE, AttachType.TRACE_UPROBE_SESSION),
        flags("uprobe.multi.s+", KPROBE, AttachType.TRACE_UPROBE_MULTI, SLEEPABLE),
        flags("uretprobe.multi.s+", KPROBE, AttachType.TRACE_UPROBE_MULTI, SLEEPABLE),
        flags("uprobe.session.s+", KPROBE, AttachType.TRACE_UPROBE_SESSION, SLEEPABLE),
        of("ksyscall+", KPROBE),
        of("kretsyscall+", KPROBE),
        new Meaning("usdt+", KPROBE, null, 0, false, true),
        new Meaning("usdt.s+", KPROBE, null, SLEEPABLE, false, true),
        of("tc/ingress", SCHED_CLS, AttachType.TCX_INGRESS),
        of("tc/egress", SCHED_CLS, AttachType.TCX_EGRESS),
        of("tcx/ingress", SCHED_CLS, AttachType.TCX_INGRESS),
        of("tcx/egress", SCHED_CLS, AttachType.TCX_EGRESS),
        of("tc", SCHED_CLS),
        of("classifier", SCHED_CLS),
        of("action", SCHED_ACT),
        of("netkit/primary", SCHED_CLS, AttachType.NETKIT_PRIMARY),
        of("netkit/peer", SCHED_CLS, AttachType.NETKIT_PEER),
        of("tracepoint+", TRACEPOINT),
        of("tp+", TRACEPOINT),
        of("raw_tracepoint+", RAW_TRACEPOINT),
        of("raw_tp+", RAW_TRACEPOINT),
        of("raw_tracepoint.w+", RAW_TRACEPOINT_WRITABLE),
        of("raw_tp.w+", RAW_TRACEPOINT_WRITABLE),
        target("tp_btf+", TRACING, AttachType.TRACE_RAW_TP, 0),
        target("fentry+", TRACING, AttachType.TRACE_FENTRY, 0),
        target("fmod_ret+", TRACING, AttachType.MODIFY_RETURN, 0),
        target("fexit+", TRACING, AttachType.TRACE_FEXIT, 0),
        target("fentry.s+", TRACING, AttachType.TRACE_FENTRY, SLEEPABLE),
        target("fmod_ret.s+", TRACING, AttachType.MODIFY_RETURN, SLEEPABLE),
        target("fexit.s+", TRACING, AttachType.TRACE_FEXIT, SLEEPABLE),
        target("freplace+", EXT, null, 0),
        target("lsm+", LSM, AttachType.LSM_MAC, 0),
        target("lsm.s+", LSM, AttachType.LSM_MAC, SLEEPABLE),
        target("lsm_cgroup+", LSM, AttachType.LSM_CGROUP, 0),
        target("iter+", TRACING, AttachType.TRACE_ITER, 0),
        target("iter.s+", TRACING, AttachType.TRACE_ITER, SLEEPABLE),
        flags("syscall", SYSCALL, null, SLEEPABLE),
        flags("xdp.frags/devmap", XDP, AttachType.XDP_DEVMAP, FRAGS),
        of("xdp/devmap", XDP, AttachType.XDP_DEVMAP),
        flags("xdp.frags/cpumap", XDP, AttachType.XDP_CPUMAP, FRAGS),
        of("xdp/cpumap", XDP, AttachType.XDP_CPUMAP),
        flags("xdp.frags", XDP, AttachType.XDP, FRAGS),
        of("xdp", XDP, AttachType.XDP),
        of("perf_event", PERF_EVENT),
        of("lwt_in", LWT_IN),
        of("lwt_out", LWT_OUT),
        of("lwt_xmit", LWT_XMIT),
        of("lwt_seg6local", LWT_SEG6LOCAL),
        of("sockops", SOCK_OPS, AttachType.CGROUP_SOCK_OPS),
        of("sk_skb/stream_parser", SK_SKB, AttachType.SK_SKB_STREAM_PARSER),
        of("sk_skb/stream_verdict", SK_SKB, AttachType.SK_SKB_STREAM_VERDICT),
        of("sk_skb/verdict", SK_SKB, AttachType.SK_SKB_VERDICT),
        of("sk_skb", SK_SKB),
        of("sk_msg", SK_MSG, AttachType.SK_MSG_VERDICT),
        of("lirc_mode2", LIRC_MODE2, AttachType.LIRC_MODE2),
        of("flow_dissector", FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR),
        of("cgroup_skb/ingress", CGROUP_SKB, AttachType.CGROUP_INET_INGRESS),
        of("cgroup_skb/egress", CGROUP_SKB, AttachType.CGROUP_INET_EGRESS),
        of("cgroup/skb", CGROUP_SKB),
        of("cgroup/sock_create", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE),
        of("cgroup/sock_release", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_RELEASE),
        of("cgroup/sock", CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE),
        of("cgroup/post_bind4", CGROUP_SOCK, AttachType.CGROUP_INET4_POST_BIND),
        of("cgroup/post_bind6", CGROUP_SOCK, AttachType.CGROUP_INET6_POST_BIND),
        of("cgroup/bind4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND),
        of("cgroup/bind6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND),
        of("cgroup/connect4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_CONNECT),
        of("cgroup/connect6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_CONNECT),
        of("cgroup/connect_unix", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_CONNECT),
        of("cgroup/sendmsg4", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_SENDMSG),
        of("cgroup/sendmsg6", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_SENDMSG),
        of("cgroup/sendmsg_unix", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_SENDMSG),
        of("cgroup/recvmsg4", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_RECVMSG),
        of("cgroup/recvmsg6", CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_RECVMSG),
        of("cgroup/recvmsg_unix", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_RECVMSG),
        of("cgroup/getpeername4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_GETPEERNAME),
        of("cgroup/getpeername6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_GETPEERNAME),
        of("cgroup/getpeername_unix", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_GETPEERNAME),
        of("cgroup/getsockname4", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_GETSOCKNAME),
        of("cgroup/getsockname6", CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_GETSOCKNAME),
        of("cgroup/getsockname_unix", CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_GETSOCKNAME),
        of("cgroup/sysctl", CGROUP_SYSCTL, AttachType.CGROUP_SYSCTL),
        of("cgroup/getsockopt", CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT),
        of("cgroup/setsockopt", CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT),
        of("cgroup/dev", ProgramType.CGROUP_DEVICE, AttachType.CGROUP_DEVICE),
        of("struct_ops+", STRUCT_OPS),
        flags("struct_ops.s+", STRUCT_OPS, null, SLEEPABLE),
        of("sk_lookup", SK_LOOKUP, AttachType.SK_LOOKUP),
        of("netfilter", NETFILTER, AttachType.NETFILTER),
    };

    private static final Meaning UNKNOWN = of("", UNSPEC);

    private SectionNames() {}

    /** What this name (without question mark) means; type {@code UNSPEC} if the table does not have it. */
    static Meaning meaning(String section) {
        for (Meaning m : TABLE) {
            int length = m.pattern.length() - 1;
            boolean open = m.pattern.charAt(length) == '+';
            if (open
                    ? section.regionMatches(0, m.pattern, 0, length)
                            && (section.length() == length || section.charAt(length) == '/')
                    : section.equals(m.pattern)) {
                return m;
            }
        }
        return UNKNOWN;
    }

    /** What follows the slash where the table leaves room for a target, else "". */
    static String target(String section, Meaning meaning) {
        int slash = meaning.pattern.endsWith("+") ? section.indexOf('/') : -1;
        return slash < 0 ? "" : section.substring(slash + 1);
    }

    private static Meaning of(String pattern, ProgramType type) {
        return new Meaning(pattern, type, null, 0, false, false);
    }

    private static Meaning of(String pattern, ProgramType type, AttachType attach) {
        return new Meaning(pattern, type, attach, 0, false, false);
    }

    private static Meaning flags(String pattern, ProgramType type, AttachType attach, int flags) {
        return new Meaning(pattern, type, attach, flags, false, false);
    }

    private static Meaning target(String pattern, ProgramType type, AttachType attach, int flags) {
        return new Meaning(pattern, type, attach, flags, true, false);
    }
}
