package dev.skep.verifier.access;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Reads of the kernel's own map structure through a map pointer. */
final class MapPtrAccess {
    private MapPtrAccess() {}

    static RegState load(Walk w, int base, RegState reg, int off, int size, boolean wanted) {
        String struct = require(w, base, reg, off);
        Btf btf = w.kernel.btf();
        int id = btf.find(struct, BtfType.Struct.class);
        if (id < 0) {
            throw w.reject(Reject.EOPNOTSUPP, "map_ptr access not supported for map type %d", typeOf(reg));
        }
        BtfWalk walk = new BtfWalk(btf);
        BtfWalk.Kind found = BtfAccess.search(w, walk, id, off, size);
        if (!wanted) {
            return null;
        }
        return switch (found) {
            case POINTER -> BtfAccess.pointer(w, new RegType.BtfPtr(0, btf, id), walk, walk.flags);
            case POINTER_TO_OTHER -> BtfAccess.untrustedMemory();
            default -> RegState.UNKNOWN;
        };
    }

    static Reject store(Walk w, int base, RegState reg, int off) {
        return w.reject(Reject.EACCES, "only read from %s is supported", require(w, base, reg, off));
    }

    private static int typeOf(RegState reg) {
        return ((RegType.MapPtr) reg.type).map().typeId();
    }

    private static String require(Walk w, int base, RegState reg, int off) {
        String struct = structOf(((RegType.MapPtr) reg.type).map().type());
        if (struct == null) {
            throw w.reject(Reject.EOPNOTSUPP, "map_ptr access not supported for map type %d", typeOf(reg));
        }
        if (!w.allowPtrLeaks) {
            throw w.reject(Reject.EPERM, "'struct %s' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN", struct);
        }
        if (off < 0) {
            throw w.reject(Reject.EACCES, "R%d is %s invalid negative access: off=%d", base, struct, off);
        }
        return struct;
    }

    /** The kernel struct behind a map of this type. */
    private static String structOf(MapType type) {
        if (type == null) {
            return null;
        }
        return switch (type) {
            case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS -> "bpf_htab";
            case ARRAY, PERCPU_ARRAY, PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS -> "bpf_array";
            case STACK_TRACE -> "bpf_stack_map";
            case LPM_TRIE -> "lpm_trie";
            case DEVMAP, DEVMAP_HASH -> "bpf_dtab";
            case SOCKMAP -> "bpf_stab";
            case SOCKHASH -> "bpf_shtab";
            case CPUMAP -> "bpf_cpu_map";
            case XSKMAP -> "xsk_map";
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> "bpf_cgroup_storage_map";
            case REUSEPORT_SOCKARRAY -> "reuseport_array";
            case QUEUE, STACK -> "bpf_queue_stack";
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> "bpf_local_storage_map";
            case STRUCT_OPS -> "bpf_struct_ops_map";
            case RINGBUF, USER_RINGBUF -> "bpf_ringbuf_map";
            case BLOOM_FILTER -> "bpf_bloom_filter";
            case ARENA -> "bpf_arena";
            default -> null;
        };
    }
}
