package dev.skep.runtime;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.Slab;
import java.util.List;

/**
 * How a machine is made. Immutable; start from {@link #defaults}.
 *
 * @param slabSize bytes of address space, at most 2 GiB; only what is touched costs memory
 * @param nativePages false: never call the operating system directly
 * @param cpus number of possible CPUs: copies of per-CPU values
 * @param account pays for what no other account is named for
 * @param host clocks, log, random numbers
 * @param seed start of the maps' hash functions; 0 draws one at random
 * @param checkEveryAccess test each memory access of a program against the regions that are alive; slow
 * @param types the special fields of map values and allocated objects
 */
public record MachineOptions(
        long slabSize,
        boolean nativePages,
        int cpus,
        MemoryAccount account,
        Host host,
        int seed,
        boolean checkEveryAccess,
        SpecialFields types) {
    /** Says where special fields are; a kernel model answers this. */
    public interface SpecialFields {
        /** The special fields of a map's value, by offset. */
        List<SpecialField> of(MapSpec map);

        /** The special fields of a struct, by offset. */
        List<SpecialField> of(Btf btf, int structId);

        /** The kernel's own types, {@link Btf#EMPTY} when they are not known. */
        default Btf kernelTypes() {
            return Btf.EMPTY;
        }

        /** What a kernel says. */
        static SpecialFields of(KernelModel kernel) {
            return new SpecialFields() {
                @Override
                public List<SpecialField> of(MapSpec map) {
                    return kernel.specialFields(map);
                }

                @Override
                public List<SpecialField> of(Btf btf, int structId) {
                    return kernel.specialFields(btf, structId);
                }

                @Override
                public Btf kernelTypes() {
                    return kernel.btf();
                }
            };
        }

        /** Nothing has special fields. */
        SpecialFields NONE = new SpecialFields() {
            @Override
            public List<SpecialField> of(MapSpec map) {
                return List.of();
            }

            @Override
            public List<SpecialField> of(Btf btf, int structId) {
                return List.of();
            }
        };
    }

    public MachineOptions {
        if (cpus < 1 || cpus > 4096) {
            throw new IllegalArgumentException("cpus must be in [1, 4096]: cpus=" + cpus);
        }
    }

    /** 2 GiB of address space, as many CPUs as the JVM sees, an unlimited account, the default host. */
    public static MachineOptions defaults() {
        return new MachineOptions(
                Slab.MAX_SIZE,
                true,
                Runtime.getRuntime().availableProcessors(),
                MemoryAccount.unlimited("root"),
                Host.DEFAULT,
                0,
                false,
                SpecialFields.NONE);
    }

    public MachineOptions withSlabSize(long bytes) {
        return new MachineOptions(bytes, nativePages, cpus, account, host, seed, checkEveryAccess, types);
    }

    public MachineOptions withNativePages(boolean use) {
        return new MachineOptions(slabSize, use, cpus, account, host, seed, checkEveryAccess, types);
    }

    public MachineOptions withCpus(int count) {
        return new MachineOptions(slabSize, nativePages, count, account, host, seed, checkEveryAccess, types);
    }

    public MachineOptions withAccount(MemoryAccount newAccount) {
        return new MachineOptions(slabSize, nativePages, cpus, newAccount, host, seed, checkEveryAccess, types);
    }

    public MachineOptions withHost(Host newHost) {
        return new MachineOptions(slabSize, nativePages, cpus, account, newHost, seed, checkEveryAccess, types);
    }

    public MachineOptions withSeed(int newSeed) {
        return new MachineOptions(slabSize, nativePages, cpus, account, host, newSeed, checkEveryAccess, types);
    }

    public MachineOptions withCheckEveryAccess(boolean check) {
        return new MachineOptions(slabSize, nativePages, cpus, account, host, seed, check, types);
    }

    public MachineOptions withTypes(SpecialFields newTypes) {
        return new MachineOptions(slabSize, nativePages, cpus, account, host, seed, checkEveryAccess, newTypes);
    }
}
