package dev.skep.kernel.map;

import dev.skep.kernel.map.SpecialField.Kind;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.List;

/** Why a program may not name a map, in the kernel's words and in the order in which the kernel asks. */
public final class MapProblems {
    private MapProblems() {}

    /** Null when there is no problem. */
    public static String find(MapSpec map, List<SpecialField> fields, ProgramSpec program) {
        boolean tracing = isTracing(program.type());
        if (tracing && (has(fields, Kind.LIST_HEAD) || has(fields, Kind.RB_ROOT))) {
            return "tracing progs cannot use bpf_{list_head,rb_root} yet";
        }
        if (has(fields, Kind.SPIN_LOCK) || has(fields, Kind.RES_SPIN_LOCK)) {
            if (program.type() == ProgramType.SOCKET_FILTER) {
                return "socket filter progs cannot use bpf_spin_lock yet";
            }
            if (tracing) {
                return "tracing progs cannot use bpf_spin_lock yet";
            }
        }
        if (tracing && has(fields, Kind.TIMER)) {
            return "tracing progs cannot use bpf_timer yet";
        }
        if (tracing && has(fields, Kind.WORKQUEUE)) {
            return "tracing progs cannot use bpf_wq yet";
        }
        if (map.type() == MapType.STRUCT_OPS) {
            return "bpf_struct_ops map cannot be used in prog";
        }
        if (program.sleepable() && !worksAsleep(map.type())) {
            return "Sleepable programs can only use array, hash, ringbuf and local storage maps";
        }
        if (isCgroupStorage(map.type()) && isSecondOfItsType(map, program)) {
            return "only one cgroup storage of each type is allowed";
        }
        if (map.type() == MapType.ARENA && isSecondOfItsType(map, program)) {
            return "Only one arena per program";
        }
        return null;
    }

    private static boolean has(List<SpecialField> fields, Kind kind) {
        for (SpecialField field : fields) {
            if (field.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTracing(ProgramType type) {
        return switch (type) {
            case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> true;
            default -> false;
        };
    }

    private static boolean isCgroupStorage(MapType type) {
        return type == MapType.CGROUP_STORAGE || type == MapType.PERCPU_CGROUP_STORAGE;
    }

    private static boolean isSecondOfItsType(MapSpec map, ProgramSpec program) {
        for (MapSpec other : program.maps()) {
            if (other == map) {
                return false;
            }
            if (other.type() == map.type()) {
                return true;
            }
        }
        return false;
    }

    private static boolean worksAsleep(MapType type) {
        return switch (type) {
            case HASH,
                    LRU_HASH,
                    ARRAY,
                    PERCPU_HASH,
                    PERCPU_ARRAY,
                    LRU_PERCPU_HASH,
                    ARRAY_OF_MAPS,
                    HASH_OF_MAPS,
                    RINGBUF,
                    USER_RINGBUF,
                    INODE_STORAGE,
                    SK_STORAGE,
                    TASK_STORAGE,
                    CGRP_STORAGE,
                    QUEUE,
                    STACK,
                    ARENA -> true;
            case null, default -> false;
        };
    }
}
