package dev.skep.conformance.random;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import java.util.function.Predicate;

/** Makes a program smaller while something stays true of it. */
public final class Minimiser {
    private final Predicate<ProgramSpec> keeps;

    private Minimiser(Predicate<ProgramSpec> keeps) {
        this.keeps = keeps;
    }

    /** The smallest program found that {@code keeps} accepts; {@code program} itself must be one. */
    public static ProgramSpec minimise(ProgramSpec program, Predicate<ProgramSpec> keeps) {
        Minimiser m = new Minimiser(keeps);
        ProgramSpec now = program;
        for (int size = Integer.MAX_VALUE; now.code().size() < size; ) {
            size = now.code().size();
            now = m.removeEach(now);
        }
        return m.simplify(now);
    }

    private ProgramSpec removeEach(ProgramSpec program) {
        ProgramSpec now = program;
        for (int at = now.code().size() - 1; at >= 0; at--) {
            if (at < now.code().size()
                    && now.code().at(at) != null
                    && now.code().size() > 1) {
                ProgramSpec smaller = CodeEdit.remove(now, at);
                if (keeps.test(smaller)) {
                    now = smaller;
                }
            }
        }
        return now;
    }

    /** Constants become 0 where that changes nothing. */
    private ProgramSpec simplify(ProgramSpec program) {
        ProgramSpec now = program;
        for (int at = 0; at < now.code().size(); at++) {
            BpfCode code = now.code();
            if (code.at(at) == null || Slot.imm(code.slot(at)) == 0 || Slot.opcode(code.slot(at)) == 0x85) {
                continue;
            }
            long[] slots = code.toSlots();
            slots[at] = Slot.withImm(slots[at], 0);
            ProgramSpec simpler = CodeEdit.replace(now, slots);
            if (keeps.test(simpler)) {
                now = simpler;
            }
        }
        return now;
    }
}
