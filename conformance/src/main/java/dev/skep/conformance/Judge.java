package dev.skep.conformance;

import dev.skep.object.spec.ProgramSpec;

/** Whoever gives verdicts: Skep's verifier, or the running kernel. Several threads may ask at a time. */
public interface Judge {
    Judgement judge(ProgramSpec program, int logLevel);

    /** For reports: {@code skep}, {@code linux 6.18.44}. */
    String name();
}
