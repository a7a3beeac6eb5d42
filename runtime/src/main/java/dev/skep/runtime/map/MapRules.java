package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;

/** What Linux demands of a map's sizes and flags when it is created. Source: observed on Linux 6.18. */
final class MapRules {
    private static final int NO_COMMON_LRU = 1 << 1;
    private static final int STACK_BUILD_ID = 1 << 5;
    private static final int ZERO_SEED = 1 << 6;
    private static final int CLONE = 1 << 9;
    private static final int PRESERVE_ELEMS = 1 << 11;
    private static final int ACCESS =
            MapSpec.F_RDONLY | MapSpec.F_WRONLY | MapSpec.F_RDONLY_PROG | MapSpec.F_WRONLY_PROG;
    private static final int HASH_FLAGS = MapSpec.F_NO_PREALLOC | MapSpec.F_NUMA_NODE | ACCESS | ZERO_SEED;
    private static final int NUMA = MapSpec.F_NUMA_NODE;

    private MapRules() {}

    static void check(MapSpec spec, boolean linux619) {
        if (spec.type() == null) {
            throw invalid(spec, "type must be known: type=" + spec.typeId());
        }
        long entries = Integer.toUnsignedLong(spec.maxEntries());
        long keySize = Integer.toUnsignedLong(spec.keySize());
        long valueSize = Integer.toUnsignedLong(spec.valueSize());
        int allowed = allowedFlags(spec.type());
        if (linux619 && spec.type() == MapType.RINGBUF) {
            allowed |= MapSpec.F_RB_OVERWRITE;
        }
        if ((spec.flags() & ~allowed) != 0) {
            throw invalid(
                    spec,
                    "flags must be among 0x" + Integer.toHexString(allowed) + ": flags=0x"
                            + Integer.toHexString(spec.flags()));
        }
        boolean both = (spec.flags() & MapSpec.F_RDONLY) != 0 && (spec.flags() & MapSpec.F_WRONLY) != 0
                || (spec.flags() & MapSpec.F_RDONLY_PROG) != 0 && (spec.flags() & MapSpec.F_WRONLY_PROG) != 0;
        if (both) {
            throw invalid(spec, "flags must not be read-only and write-only at once");
        }
        switch (spec.type()) {
            case RINGBUF, USER_RINGBUF -> {
                need(spec, keySize == 0 && valueSize == 0, "key_size and value_size must be 0");
                need(
                        spec,
                        entries > 0 && Long.bitCount(entries) == 1 && entries % 4096 == 0,
                        "max_entries must be a power of two and whole pages: max_entries=" + entries);
                return;
            }
            case ARENA -> {
                need(spec, keySize == 0 && valueSize == 0, "key_size and value_size must be 0");
                need(spec, (spec.flags() & MapSpec.F_MMAPABLE) != 0, "flags must have BPF_F_MMAPABLE");
            }
            case QUEUE, STACK, BLOOM_FILTER -> {
                need(spec, keySize == 0, "key_size must be 0: key_size=" + keySize);
                need(spec, valueSize > 0, "value_size must be > 0");
            }
            case ARRAY, PERCPU_ARRAY, STRUCT_OPS, CPUMAP, DEVMAP -> {
                need(spec, keySize == 4, "key_size must be 4: key_size=" + keySize);
                need(spec, valueSize > 0, "value_size must be > 0");
            }
            case PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, XSKMAP -> {
                need(spec, keySize == 4, "key_size must be 4: key_size=" + keySize);
                need(spec, valueSize == 4, "value_size must be 4: value_size=" + valueSize);
            }
            case HASH_OF_MAPS -> need(spec, valueSize == 4, "value_size must be 4: value_size=" + valueSize);
            case LPM_TRIE -> {
                need(spec, keySize >= 5 && keySize <= 260, "key_size must be in [5, 260]: key_size=" + keySize);
                need(spec, valueSize > 0, "value_size must be > 0");
                need(spec, (spec.flags() & MapSpec.F_NO_PREALLOC) != 0, "flags must have BPF_F_NO_PREALLOC");
            }
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE -> {
                need(spec, keySize == 4, "key_size must be 4: key_size=" + keySize);
                need(spec, valueSize > 0, "value_size must be > 0");
                need(spec, entries == 0, "max_entries must be 0: max_entries=" + entries);
                need(spec, (spec.flags() & MapSpec.F_NO_PREALLOC) != 0, "flags must have BPF_F_NO_PREALLOC");
                return;
            }
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> {
                need(spec, entries == 0, "max_entries must be 0: max_entries=" + entries);
                need(spec, valueSize > 0, "value_size must be > 0");
                return;
            }
            default -> need(spec, keySize > 0 && valueSize > 0, "key_size and value_size must be > 0");
        }
        need(spec, entries > 0, "max_entries must be > 0");
        if (keySize > 1 << 20 || valueSize > 1L << 30) {
            throw new InvalidMapException(spec.name(), Errno.E2BIG, "key_size and value_size must be moderate");
        }
    }

    private static int allowedFlags(MapType type) {
        return switch (type) {
            case HASH, PERCPU_HASH, HASH_OF_MAPS -> HASH_FLAGS;
            case LRU_HASH, LRU_PERCPU_HASH -> (HASH_FLAGS | NO_COMMON_LRU) & ~MapSpec.F_NO_PREALLOC;
            case ARRAY -> NUMA | ACCESS | MapSpec.F_MMAPABLE | MapSpec.F_INNER_MAP;
            case PERCPU_ARRAY -> ACCESS;
            case PERF_EVENT_ARRAY -> NUMA | MapSpec.F_RDONLY | MapSpec.F_WRONLY | PRESERVE_ELEMS;
            case LPM_TRIE -> MapSpec.F_NO_PREALLOC | NUMA | ACCESS;
            case QUEUE, STACK -> NUMA | ACCESS;
            case BLOOM_FILTER -> NUMA | ZERO_SEED | ACCESS;
            case RINGBUF, USER_RINGBUF -> NUMA;
            case ARENA -> MapSpec.F_MMAPABLE | 1 << 17 | 1 << 18;
            case STACK_TRACE -> NUMA | MapSpec.F_RDONLY | MapSpec.F_WRONLY | STACK_BUILD_ID;
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE -> MapSpec.F_NO_PREALLOC | CLONE;
            case DEVMAP, DEVMAP_HASH -> NUMA | MapSpec.F_RDONLY | MapSpec.F_WRONLY | MapSpec.F_RDONLY_PROG;
            case STRUCT_OPS -> -1;
            default -> NUMA | MapSpec.F_RDONLY | MapSpec.F_WRONLY;
        };
    }

    private static void need(MapSpec spec, boolean holds, String rule) {
        if (!holds) {
            throw invalid(spec, rule);
        }
    }

    private static InvalidMapException invalid(MapSpec spec, String rule) {
        return new InvalidMapException(spec.name(), Errno.EINVAL, rule);
    }
}
