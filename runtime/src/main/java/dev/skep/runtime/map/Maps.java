package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;

/** Makes a map of the class that its type calls for. */
public final class Maps {
    private Maps() {}

    /**
     * Makes a map.
     *
     * @throws InvalidMapException when Linux would refuse the spec
     * @throws dev.skep.runtime.memory.MemoryLimitException when the account or the slab cannot hold it
     */
    public static BpfMap create(MapEnvironment environment, MapSpec spec) {
        if (spec.type() == null) {
            throw new InvalidMapException(spec.name(), Errno.EINVAL, "type must be known: type=" + spec.typeId());
        }
        return switch (spec.type()) {
            case ARRAY, PERCPU_ARRAY, STRUCT_OPS -> new ArrayMap(environment, spec);
            case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH -> new HashMap(environment, spec);
            case PROG_ARRAY, ARRAY_OF_MAPS -> new HandleArrayMap(environment, spec);
            case HASH_OF_MAPS -> new HandleHashMap(environment, spec);
            case LPM_TRIE -> new LpmTrieMap(environment, spec);
            case QUEUE, STACK -> new QueueMap(environment, spec);
            case BLOOM_FILTER -> new BloomFilterMap(environment, spec);
            case RINGBUF -> new RingBufferMap(environment, spec);
            case USER_RINGBUF -> new UserRingBufferMap(environment, spec);
            case PERF_EVENT_ARRAY -> new PerfEventArrayMap(environment, spec);
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE -> new StorageMap(environment, spec);
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> new CgroupStorageMap(environment, spec);
            case ARENA -> new ArenaMap(environment, spec);
            case CGROUP_ARRAY,
                    STACK_TRACE,
                    DEVMAP,
                    DEVMAP_HASH,
                    CPUMAP,
                    XSKMAP,
                    SOCKMAP,
                    SOCKHASH,
                    REUSEPORT_SOCKARRAY -> new TargetMap(environment, spec);
            case UNSPEC -> throw new InvalidMapException(spec.name(), Errno.EINVAL, "type must be known: type=0");
        };
    }
}
