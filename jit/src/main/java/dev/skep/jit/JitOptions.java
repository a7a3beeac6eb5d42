package dev.skep.jit;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * How programs are compiled. Immutable; start from {@link #DEFAULT}.
 *
 * @param off what the compiler leaves out
 */
public record JitOptions(Set<Optimisation> off) {
    /** All optimisations. */
    public static final JitOptions DEFAULT = new JitOptions(Set.of());

    public JitOptions {
        off = Set.copyOf(off);
    }

    /** The same without these, too. */
    public JitOptions without(Optimisation... some) {
        EnumSet<Optimisation> all = EnumSet.noneOf(Optimisation.class);
        all.addAll(off);
        all.addAll(Arrays.asList(some));
        return new JitOptions(all);
    }

    boolean does(Optimisation one) {
        return !off.contains(one);
    }
}
