package dev.skep.conformance.fuzz;

import dev.skep.conformance.random.Rng;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.util.List;

/** Damaged programs: noise, damaged code, damaged records around sound code, and programs many times too long. */
final class ProgramMangler {
    private static final String[] PARTS = {
        "functions",
        "lines",
        "btf",
        "maps",
        "kfuncs",
        "poisoned",
        "unresolved",
        "attachBtfId",
        "attachMember",
        "attachType",
        "attachTarget",
        "flags",
        "type",
        "sectionInsns",
        "license"
    };
    private static final int LONG_PROGRAM = 20_000;

    private final Rng rng;

    ProgramMangler(Rng rng) {
        this.rng = rng;
    }

    ProgramSpec mangle(ProgramSpec seed) {
        ProgramSpec p = seed;
        CodeMangler code = new CodeMangler(rng);
        int kind = rng.below(20);
        if (kind == 0) {
            p = withCode(p, code.noise(rng.below(64)));
        } else if (kind == 1 && p.code().size() > 0) {
            p = withCode(
                    p,
                    code.repeat(
                            p.code().toSlots(),
                            1 + rng.below(LONG_PROGRAM / p.code().size() + 1)));
        } else if (kind < 14) {
            p = withCode(p, code.mangle(p.code().toSlots()));
        }
        if (kind >= 11) {
            RecordMangler records = new RecordMangler(rng);
            for (int n = 1 + rng.below(3); n > 0; n--) {
                p = records.with(p, PARTS[rng.below(PARTS.length)]);
            }
        }
        if (rng.chance(0.1)) {
            p = p.withType(rng.pick(List.of(ProgramType.values())), p.attachType());
        }
        return p;
    }

    private static ProgramSpec withCode(ProgramSpec p, long[] slots) {
        return p.withCode(BpfCode.of(slots), p.functions(), p.lines(), p.poisoned());
    }
}
