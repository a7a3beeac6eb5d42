package dev.skep;

import dev.skep.jit.JitOptions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.runtime.memory.MemoryAccount;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How an object is loaded. Each method returns the options themselves, to be chained; the defaults suit most. */
public final class LoadOptions {
    MemoryAccount account;
    KernelModel kernel = KernelModels.shipped();
    Engine engine = Engine.JIT;
    JitOptions jit = JitOptions.DEFAULT;
    Duration deadline = Duration.ZERO;
    final Set<Feature> features = EnumSet.noneOf(Feature.class);
    final Set<String> programs = new HashSet<>();
    final Map<String, Object> globals = new HashMap<>();
    int logLevel;

    LoadOptions(MemoryAccount account) {
        this.account = account;
    }

    /** Who pays for the object's maps, rings, objects and dynptrs. */
    public LoadOptions account(MemoryAccount newAccount) {
        account = newAccount;
        return this;
    }

    /** The kernel to verify for and to take types from. */
    public LoadOptions kernel(KernelModel model) {
        kernel = model;
        return this;
    }

    public LoadOptions engine(Engine newEngine) {
        engine = newEngine;
        return this;
    }

    /** How programs are compiled, to leave optimisations out; of use with {@link Engine#JIT}. */
    public LoadOptions jit(JitOptions options) {
        jit = options;
        return this;
    }

    /** Ends every run after this time with a typed exception; zero: no limit. */
    public LoadOptions deadline(Duration limit) {
        deadline = limit;
        return this;
    }

    /** Allows extensions of Skep's own. */
    public LoadOptions features(Feature... some) {
        features.addAll(Set.of(some));
        return this;
    }

    Set<String> featureNames() {
        return features.stream().map(Feature::optionName).collect(Collectors.toSet());
    }

    /** Loads these programs and no others. */
    public LoadOptions programs(String... names) {
        programs.addAll(Set.of(names));
        return this;
    }

    /**
     * Gives a variable of {@code .rodata} (or any other section) its value before the program is verified: an integer,
     * boolean or byte[].
     */
    public LoadOptions global(String name, Object value) {
        globals.put(name, value);
        return this;
    }

    /** Level of the verifier's log kept with each verdict. */
    public LoadOptions logLevel(int level) {
        logLevel = level;
        return this;
    }
}
