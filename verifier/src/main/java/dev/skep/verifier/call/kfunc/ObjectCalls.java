package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Objects by type id: allocated ones of the program's own types, and casts to kernel types. */
final class ObjectCalls {
    private static final int PERCPU_MAX = 512;

    private ObjectCalls() {}

    /** What {@code bpf_obj_new} and its per-CPU sibling return, before the NULL check. */
    static RegState created(Walk w, KfuncMeta meta) {
        long id = meta.constant;
        if (id != (id & 0xffff_ffffL)) {
            throw w.reject(Reject.EINVAL, "local type ID argument must be in range [0, U32_MAX]");
        }
        boolean percpu = meta.signature.kfunc().special() == KfuncFamily.PERCPU_OBJ_NEW;
        Btf btf = w.program.btf();
        if (btf.size() <= 1) {
            throw w.reject(Reject.EINVAL, "bpf_obj_new/bpf_percpu_obj_new requires prog BTF");
        }
        if (!(btf.type((int) id) instanceof BtfType.Struct struct) || struct.isUnion()) {
            throw w.reject(Reject.EINVAL, "bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct");
        }
        if (percpu) {
            if (struct.size() > PERCPU_MAX) {
                throw w.reject(
                        Reject.EINVAL,
                        "bpf_percpu_obj_new type size (%d) is greater than %d",
                        struct.size(),
                        PERCPU_MAX);
            }
            if (!KfuncArgClass.isScalarStruct(btf, (int) id, 0)) {
                throw w.reject(Reject.EINVAL, "bpf_percpu_obj_new type ID argument must be of a struct of scalars");
            }
            if (!w.kernel.specialFields(btf, (int) id).isEmpty()) {
                throw w.reject(Reject.EINVAL, "bpf_percpu_obj_new type ID argument must not contain special fields");
            }
        }
        return RegState.pointer(new RegType.BtfPtr(PtrFlags.ALLOC | (percpu ? PtrFlags.PERCPU : 0), btf, (int) id));
    }

    /** {@code bpf_rdonly_cast}: any kernel struct, untrusted; type 0: bytes of unknown extent. */
    static RegState readOnlyCast(Walk w, KfuncMeta meta) {
        Btf btf = meta.signature.btf();
        long id = meta.constant;
        BtfType type = id < 0 || id >= btf.size() ? null : btf.type((int) id);
        return switch (type) {
            case null -> throw w.reject(Reject.EINVAL, "Unknown type ID %d passed to kfunc bpf_rdonly_cast", id);
            case BtfType.Struct _ -> RegState.pointer(new RegType.BtfPtr(PtrFlags.UNTRUSTED, btf, (int) id));
            case BtfType.Void _ -> RegState.pointer(new RegType.Mem(PtrFlags.RDONLY | PtrFlags.UNTRUSTED, 0, 0));
            default ->
                throw w.reject(Reject.EINVAL, "kfunc bpf_rdonly_cast type ID argument must be of a struct or void");
        };
    }

    /** {@code bpf_cast_to_kern_ctx}: the kernel's view of the context. */
    static RegState kernelContext(Walk w) {
        Btf btf = w.kernel.btf();
        int id = btf.find(kernelContextName(w.program.type()), BtfType.Struct.class);
        if (id < 0) {
            throw w.reject(Reject.EINVAL, "Cannot determine kern_ctx_type");
        }
        return RegState.pointer(new RegType.BtfPtr(PtrFlags.TRUSTED, btf, id));
    }

    private static String kernelContextName(ProgramType type) {
        return switch (type) {
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, CGROUP_SKB, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL, SK_SKB ->
                "sk_buff";
            case XDP -> "xdp_buff";
            case CGROUP_SOCK -> "sock";
            case CGROUP_SOCK_ADDR -> "bpf_sock_addr_kern";
            case SOCK_OPS -> "bpf_sock_ops_kern";
            case SK_MSG -> "sk_msg";
            case FLOW_DISSECTOR -> "bpf_flow_dissector";
            case KPROBE -> "pt_regs";
            case PERF_EVENT -> "bpf_perf_event_data_kern";
            case CGROUP_DEVICE -> "bpf_cgroup_dev_ctx";
            case CGROUP_SYSCTL -> "bpf_sysctl_kern";
            case CGROUP_SOCKOPT -> "bpf_sockopt_kern";
            case SK_LOOKUP -> "bpf_sk_lookup_kern";
            case SK_REUSEPORT -> "sk_reuseport_kern";
            case NETFILTER -> "bpf_nf_ctx";
            default -> "";
        };
    }
}
