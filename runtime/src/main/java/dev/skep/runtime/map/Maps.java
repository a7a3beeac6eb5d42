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
            case ARRAY, PERCPU_ARRAY -> new ArrayMap(environment, spec);
            case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH -> new HashMap(environment, spec);
            case RINGBUF -> new RingBufferMap(environment, spec);
            case USER_RINGBUF -> new UserRingBufferMap(environment, spec);
            default -> throw new InvalidMapException(
                    spec.name(), Errno.EOPNOTSUPP, "type must be supported: type=" + spec.type());
        };
    }
}
