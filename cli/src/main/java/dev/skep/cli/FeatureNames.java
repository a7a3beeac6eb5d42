package dev.skep.cli;

import dev.skep.Feature;
import java.util.EnumSet;
import java.util.Set;

/** What {@code --features} takes: the names of Skep's own extensions. */
final class FeatureNames {
    static final String DESCRIPTION = "Skep's own extensions to allow; `skep features` lists them.";

    private FeatureNames() {}

    /**
     * The extensions of these names.
     *
     * @throws CommandFault when there is no such extension, naming those that there are
     */
    static Set<Feature> parse(Set<String> names) {
        Set<Feature> chosen = EnumSet.noneOf(Feature.class);
        for (String name : names) {
            Feature feature = find(name);
            if (feature == null) {
                throw new CommandFault("unknown feature: name=" + name + " known=" + known());
            }
            chosen.add(feature);
        }
        return chosen;
    }

    private static Feature find(String name) {
        for (Feature f : Feature.values()) {
            if (f.optionName().equals(name)) {
                return f;
            }
        }
        return null;
    }

    /** {@code malloc-dynptr, stack-dynptr}. */
    static String known() {
        StringBuilder s = new StringBuilder();
        for (Feature f : Feature.values()) {
            s.append(s.isEmpty() ? "" : ", ").append(f.optionName());
        }
        return s.toString();
    }
}
