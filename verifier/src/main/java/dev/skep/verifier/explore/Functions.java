package dev.skep.verifier.explore;

import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.call.GlobalArgs;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.diag.KernelLogWriter;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;
import java.util.BitSet;

/**
 * Walks the program's functions: the main program first, then each global function that something called, until no new
 * one was called. Static functions are walked as part of their callers.
 */
public final class Functions {
    private final Walk walk;
    private final Explorer explorer;

    public Functions(Walk walk, KernelLogWriter writer) {
        this.walk = walk;
        this.explorer = new Explorer(walk, writer);
    }

    /** Work done and stack used, also after a rejection. */
    public Explorer explorer() {
        return explorer;
    }

    /** The main program. */
    public void walkMain() {
        Subprogram main = walk.layout.subprogram(0);
        if (walk.program.type() == ProgramType.EXT) {
            walkFunction(main);
            return;
        }
        if (main.btfId() != 0) {
            walk.log.print(GlobalArgs.of(walk, main).problem());
        }
        explorer.explore(EntryState.main(walk));
    }

    /** The main program as one that is called with a block of memory and its length. */
    public void walkMainWithMemory(int bytes) {
        explorer.explore(EntryState.withMemory(walk, bytes));
    }

    /** Every global function that was called, and the exception callback. */
    public void walkGlobals() {
        if (walk.program.functions().isEmpty()) {
            return;
        }
        Subprogram exceptions = walk.layout.exceptionCallback();
        if (exceptions != null) {
            walk.calledGlobals.set(exceptions.index());
        }
        BitSet verified = new BitSet();
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 1; i < walk.layout.subprogramCount(); i++) {
                Subprogram function = walk.layout.subprogram(i);
                if (function.isGlobal() && walk.calledGlobals.get(i) && !verified.get(i)) {
                    walkFunction(function);
                    if (walk.log.on()) {
                        walk.log.print("Func#" + i + " ('" + function.name()
                                + "') is safe for any args that match its prototype\n");
                    }
                    verified.set(i);
                    more = true;
                }
            }
        }
    }

    private void walkFunction(Subprogram function) {
        walk.log.print("Validating " + function.name() + "() func#" + function.index() + "...\n");
        walk.insn = function.start();
        VerifierState entry = EntryState.function(walk, function);
        explorer.explore(entry);
    }
}
