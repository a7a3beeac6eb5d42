package dev.skep.kernel.helper;

import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.BitSet;

/**
 * Which program types may call which helpers: lists of numbers and ranges. Licences and sleeping are not its business.
 *
 * <p><em>Source</em>: measured on Linux 6.18 with every capability, but for LSM, fentry/fexit/fmod_ret and LIRC, which
 * come from documentation.
 */
final class HelperAvailability {
    /** Helpers that every program type has. */
    private static final String EVERYONE =
            "1-3 5-8 12 14-17 22 35 37 42 55 80 87-89 93-94 105-106 109 112-115 117-118 120 123 125 130-134 141"
                    + " 148-149 153-154 156-158 164-165 169-172 175-177 180-182 191 194-195 197-203 208-211";

    private static final String PROBE = "4 25 27 45 67 173-174";
    private static final String CASTS = "136-140 160 178 196";
    private static final String TC =
            "9-11 13 18-21 23-26 28-34 38-41 43 46-48 50 66 68-69 79 83-86 95-100 107-108 110 122 124 135"
                    + " 151-152 155 163 192 204-207 " + CASTS;
    private static final String LWT = "24-26 28 33-34 39 " + CASTS;
    private static final String STRUCTS = "4 25 27 45-46 67 111 121 136-140 162 173 178 188 196";
    private static final String RETVAL = " 186-187";

    private HelperAvailability() {}

    /** Numbers of the helpers that programs of this type may call. */
    static BitSet of(ProgramType type, AttachType attach) {
        return withEveryone(extras(type, attach));
    }

    /** What everyone may call, and these. */
    static BitSet withEveryone(String extras) {
        BitSet ids = parse(EVERYONE);
        ids.or(parse(extras));
        return ids;
    }

    /** Helpers that exist for the type but not where this program would run: {@code not allowed in probe}. */
    static String deniedInProbe(ProgramType type, AttachType attach) {
        if (type == ProgramType.SYSCALL) {
            return "107-108 147";
        }
        return type == ProgramType.TRACING && attach == AttachType.TRACE_RAW_TP ? "147" : "";
    }

    /** What programs of this type may call beyond what everyone may. */
    static String extras(ProgramType type, AttachType attach) {
        return switch (type) {
            case SOCKET_FILTER -> "25-26 46-47 68 122 " + CASTS;
            case KPROBE, TRACEPOINT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> PROBE;
            case PERF_EVENT -> PROBE + " 56 119";
            case SCHED_CLS, SCHED_ACT -> TC;
            case XDP -> "23 25 28 44 51 54 65 69 84-86 99-100 110 163 188-190 204-207 " + CASTS;
            case CGROUP_SKB -> "25-26 46-47 68 79 81 83-86 95-99 107-108 122 128-129 " + CASTS;
            case CGROUP_SOCK -> "25 46 81 107 122 160" + RETVAL;
            case LWT_IN -> LWT + " 73";
            case LWT_OUT -> LWT;
            case LWT_XMIT -> LWT + " 9-11 13 20-21 23 29-30 38 40-41 43 73 135";
            case LWT_SEG6LOCAL -> LWT + " 74-76";
            case SOCK_OPS -> "25 46 49 53 57 59 70 81 96 107-108 122 142-144 " + CASTS + retval(attach);
            case SK_SKB -> "9 25-26 38-39 43 46-47 50 52 72 84-86 99 " + CASTS;
            case SK_MSG -> "25 60-63 71 90-91 107-108 122 " + CASTS;
            case CGROUP_DEVICE -> "25 81" + retval(attach);
            case CGROUP_SYSCTL -> "25 81 101-104 160" + retval(attach);
            case CGROUP_SOCKOPT ->
                "25 81 96 107-108 122" + RETVAL + (attach == AttachType.CGROUP_SETSOCKOPT ? " 49 57" : "");
            case CGROUP_SOCK_ADDR ->
                "25 46 49 57 81 84-86 99 107-108 122 " + CASTS + retval(attach) + (isConnect(attach) ? " 64" : "");
            case SK_REUSEPORT -> "26 46 68 82 160";
            case FLOW_DISSECTOR -> "26 " + CASTS;
            case SK_LOOKUP -> "25 86 124 " + CASTS;
            case SYSCALL -> STRUCTS + " 166-168 179";
            case TRACING ->
                switch (attach) {
                    case TRACE_ITER -> STRUCTS + " 107-108 126-127 147 150";
                    case TRACE_FENTRY, TRACE_FEXIT, MODIFY_RETURN -> STRUCTS + " 107-108 147 174 183-185";
                    case null, default -> STRUCTS + " 107-108 174";
                };
            case LSM ->
                STRUCTS + " 107-108 145-147 159 161 193"
                        + (attach == AttachType.LSM_CGROUP ? " 49 57 81 122" + RETVAL : " 174 183-185");
            // tcp_congestion_ops; other structs have no extras
            case STRUCT_OPS -> "49 57 107-108 116 160";
            case LIRC_MODE2 -> "77-78 92";
            case NETFILTER, EXT, UNSPEC -> "";
        };
    }

    /** Hooks that run where a return value is not in the making have neither bpf_get_retval nor bpf_set_retval. */
    private static String retval(AttachType attach) {
        return switch (attach) {
            case CGROUP_INET_INGRESS,
                    CGROUP_INET_EGRESS,
                    CGROUP_SOCK_OPS,
                    CGROUP_UDP4_RECVMSG,
                    CGROUP_UDP6_RECVMSG,
                    CGROUP_INET4_GETPEERNAME,
                    CGROUP_INET6_GETPEERNAME,
                    CGROUP_INET4_GETSOCKNAME,
                    CGROUP_INET6_GETSOCKNAME,
                    CGROUP_UNIX_RECVMSG,
                    CGROUP_UNIX_GETPEERNAME,
                    CGROUP_UNIX_GETSOCKNAME -> "";
            case null, default -> RETVAL;
        };
    }

    private static boolean isConnect(AttachType attach) {
        return attach == AttachType.CGROUP_INET4_CONNECT || attach == AttachType.CGROUP_INET6_CONNECT;
    }

    /** Numbers and ranges, with blanks between them. */
    static BitSet parse(String ranges) {
        BitSet ids = new BitSet();
        int low = -1;
        int number = -1;
        for (int i = 0; i <= ranges.length(); i++) {
            char c = i < ranges.length() ? ranges.charAt(i) : ' ';
            if (c == '-') {
                low = number;
                number = -1;
            } else if (c != ' ') {
                number = Math.max(number, 0) * 10 + c - '0';
            } else if (number >= 0) {
                ids.set(low < 0 ? number : low, number + 1);
                low = -1;
                number = -1;
            }
        }
        return ids;
    }
}
