package dev.skep.conformance;

import dev.skep.object.spec.ProgramSpec;

/** Skep's verifier as judge. */
final class SkepJudge implements Judge {
    @Override
    public String name() {
        return "skep";
    }

    @Override
    public Judgement judge(ProgramSpec program, int logLevel) {
        return Judgement.unsupported("verifier not there yet");
    }
}
