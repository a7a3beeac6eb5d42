package dev.skep.verifier.call;

import dev.skep.kernel.KernelModels;
import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.cfg.AnalysisLog;
import dev.skep.verifier.cfg.ProgramLayout;
import dev.skep.verifier.diag.VerifierLog;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Exploration;
import dev.skep.verifier.walk.Walk;
import java.lang.reflect.Proxy;

/**
 * Hand-made walks: a program of one exit, an empty state with one frame, an exploration that ignores what it is told.
 */
public final class Walks {
    private Walks() {}

    public static Walk of(ProgramType type) {
        ProgramSpec program = ProgramSpec.of("test", type, BpfCode.of(0x95));
        ProgramLayout layout = ProgramLayout.analyse(program, KernelModels.shipped(), AnalysisLog.NONE);
        Walk w = new Walk(program, null, layout, VerifierOptions.DEFAULT, new VerifierLog(0), new ProgramFacts(1));
        w.explore = (Exploration) Proxy.newProxyInstance(
                Walks.class.getClassLoader(), new Class<?>[] {Exploration.class}, (_, _, _) -> null);
        w.state = new VerifierState();
        w.state.frames.add(new Frame(0, -1, 0));
        return w;
    }
}
