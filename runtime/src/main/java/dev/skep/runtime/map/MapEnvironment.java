package dev.skep.runtime.map;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.Slab;
import java.util.List;

/**
 * What a map needs from the machine that makes it.
 *
 * @param slab where values live
 * @param account who pays
 * @param cpus number of possible CPUs: copies of each per-CPU value
 * @param seed what hash functions start from
 * @param fields the special fields of the map's value, by offset
 * @param reaper ends what special fields hold when a value goes
 * @param neighbours the other things of the machine, for maps that hold them by number
 * @param linux619 what Linux 6.19 allows is allowed: rings that overwrite
 */
public record MapEnvironment(
        Slab slab,
        MemoryAccount account,
        int cpus,
        int seed,
        List<SpecialField> fields,
        Reaper reaper,
        Neighbours neighbours,
        boolean linux619) {
    /** Finds maps and programs by the number that maps of maps and program arrays hold. */
    public interface Neighbours {
        /** The map with this id, or null. */
        BpfMap map(int id);

        /** The program with this id, or null. */
        LoadedProgram program(int id);

        /** There are none. */
        Neighbours NONE = new Neighbours() {
            @Override
            public BpfMap map(int id) {
                return null;
            }

            @Override
            public LoadedProgram program(int id) {
                return null;
            }
        };
    }

    /** Ends timers, drops kptrs and empties lists and trees of a value that is deleted. */
    @FunctionalInterface
    public interface Reaper {
        /** @param value address of the value */
        void release(List<SpecialField> fields, long value);
    }

    /** For maps without special fields. */
    public static MapEnvironment of(Slab slab, MemoryAccount account, int cpus) {
        return new MapEnvironment(slab, account, cpus, 0, List.of(), (_, _) -> {}, Neighbours.NONE, false);
    }

    /** The same, for a spec with these special fields. */
    public MapEnvironment with(List<SpecialField> newFields) {
        return new MapEnvironment(slab, account, cpus, seed, newFields, reaper, neighbours, linux619);
    }
}
