package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Fields of kernel structs that programs of some types may write: TCP congestion control its socket's control block, TC
 * and XDP the mark of a connection.
 *
 * <p><em>Source</em>: Linux 6.18, observed on TCP congestion control and netfilter conntrack programs.
 */
final class WritableFields {
    private WritableFields() {}

    /**
     * Checks a store.
     *
     * @return false when programs of this type write no kernel object at all
     */
    static boolean requireWritable(Walk w, RegType.BtfPtr ptr, int off, int size) {
        return switch (w.program.type()) {
            case STRUCT_OPS -> structOps(w, ptr, off, size);
            case SCHED_CLS, SCHED_ACT, XDP -> {
                connection(w, ptr, off, size);
                yield true;
            }
            default -> false;
        };
    }

    private static void connection(Walk w, RegType.BtfPtr ptr, int off, int size) {
        if (!ptr.structName().equals("nf_conn") && !ptr.structName().equals("nf_conn___init")) {
            throw w.reject(Reject.EACCES, "only read is supported");
        }
        String path = ptr.structName().equals("nf_conn") ? "mark" : "ct.mark";
        int mark = BtfFields.offset(ptr.btf(), ptr.typeId(), path);
        if (mark < 0 || off != mark) {
            throw w.reject(Reject.EACCES, "no write support to nf_conn at off %d", off);
        }
        if (off + size > mark + 4) {
            throw w.reject(
                    Reject.EACCES,
                    "write access at off %d with size %d beyond the member of %s ended at %d",
                    off,
                    size,
                    ptr.structName(),
                    mark + 4);
        }
    }

    private static boolean structOps(Walk w, RegType.BtfPtr ptr, int off, int size) {
        String ops = BtfFields.name(w.kernel.btf(), w.program.attachBtfId());
        if (ops.equals("tcp_congestion_ops")) {
            tcp(w, ptr, off, size);
            return true;
        }
        if (ops.equals("bpf_dummy_ops")) {
            if (!ptr.structName().equals("bpf_dummy_ops_state")) {
                throw w.reject(Reject.EACCES, "only access to bpf_dummy_ops_state is supported");
            }
            if (off + size > BtfFields.size(ptr.btf(), ptr.typeId())) {
                throw w.reject(Reject.EACCES, "access beyond struct bpf_dummy_ops_state at off %d size %d", off, size);
            }
            return true;
        }
        if (ops.equals("Qdisc_ops")) {
            switch (ptr.structName()) {
                case "sk_buff" -> requireOneOf(w, ptr, off, size, "sk_buff", SKB_FIELDS);
                case "Qdisc" -> requireOneOf(w, ptr, off, size, "Qdisc", QDISC_FIELDS);
                default -> throw w.reject(Reject.EACCES, "only read is supported");
            }
            return true;
        }
        return false;
    }

    private static final String[] QDISC_FIELDS = {"limit", "qstats.drops", "q.qlen"};

    private static final String[] SKB_FIELDS = {"tstamp", "cb"};

    private static final String[] TCP_FIELDS = {
        "inet_conn.icsk_ca_priv",
        "inet_conn.icsk_ack.pending",
        "snd_cwnd",
        "snd_cwnd_cnt",
        "snd_cwnd_stamp",
        "snd_ssthresh",
        "ecn_flags",
        "app_limited",
        "inet_conn.icsk_inet.sk.sk_pacing_rate",
        "inet_conn.icsk_inet.sk.sk_pacing_status"
    };

    private static void tcp(Walk w, RegType.BtfPtr ptr, int off, int size) {
        if (!ptr.structName().equals("tcp_sock")) {
            throw w.reject(Reject.EACCES, "only read is supported");
        }
        requireOneOf(w, ptr, off, size, "tcp_sock", TCP_FIELDS);
    }

    private static void requireOneOf(Walk w, RegType.BtfPtr ptr, int off, int size, String struct, String[] fields) {
        for (String path : fields) {
            int start = BtfFields.offset(ptr.btf(), ptr.typeId(), path);
            int length = BtfFields.size(ptr.btf(), ptr.typeId(), path);
            if (start >= 0 && off >= start && off < start + length) {
                if (off + size > start + length) {
                    throw w.reject(
                            Reject.EACCES,
                            "write access at off %d with size %d beyond the member of %s ended at %d",
                            off,
                            size,
                            struct,
                            start + length);
                }
                return;
            }
        }
        throw w.reject(Reject.EACCES, "no write support to %s at off %d", struct, off);
    }
}
