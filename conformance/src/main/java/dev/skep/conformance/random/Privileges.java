package dev.skep.conformance.random;

import dev.skep.linux.Capabilities;
import dev.skep.verifier.VerifierOptions.Privilege;

/** Gives the calling thread the capabilities that a {@link Privilege} stands for. */
final class Privileges {
    private Privileges() {}

    static void become(Privilege privilege) {
        switch (privilege) {
            // a load without any capability gives them up for the call only
            case FULL, NONE -> {}
            case BPF -> Capabilities.keepOnly(Capabilities.BPF, Capabilities.NET_ADMIN);
        }
    }
}
