package dev.skep.verifier.call;

import java.util.Set;

/** Which licence texts open GPL-only functions. Source: Linux 6.18 include/linux/license.h. */
public final class Licence {
    private static final Set<String> GPL_COMPATIBLE =
            Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    private Licence() {}

    public static boolean gplCompatible(String licence) {
        return GPL_COMPATIBLE.contains(licence);
    }
}
