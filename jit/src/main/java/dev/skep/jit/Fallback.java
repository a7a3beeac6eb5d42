package dev.skep.jit;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Says, once per program, that it stays with the interpreter and why: in the log and to the flight recorder. Never
 * silent.
 */
final class Fallback {
    private static final Logger LOG = System.getLogger("dev.skep.jit");
    private static final boolean RECORDER =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Fallback() {}

    static void report(String program, String why, long nanos) {
        LOG.log(
                Level.WARNING,
                "program {0} stays with the interpreter: {1} (after {2} us)",
                program,
                why,
                nanos / 1000);
        if (RECORDER) {
            FallbackEvent.emit(program, why);
        }
    }
}
