package dev.skep.conformance.claim;

import dev.skep.conformance.random.Rng;
import dev.skep.kernel.KernelModel;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Instruction;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.runtime.BudgetFault;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.UnsupportedFault;
import dev.skep.runtime.map.InvalidMapException;
import dev.skep.runtime.memory.MemoryLimitException;
import dev.skep.verifier.Claimed;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.claim.Claims;
import dev.skep.verifier.claim.Claims.Pruning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Judges a program, and if it is accepted runs it on random inputs against what the verifier claimed: once as Linux
 * prunes paths, which holds pointers to their claims, and once with every number compared, which holds all registers to
 * them.
 */
public final class ClaimsRun {
    private final KernelModel kernel;
    private final VerifierOptions options;
    private final int runsEach;
    private final ClaimsTally tally;
    private UnaryOperator<Claims> change = UnaryOperator.identity();

    public ClaimsRun(KernelModel kernel, VerifierOptions options, int runsEach, ClaimsTally tally) {
        this.kernel = kernel;
        this.options = options;
        this.runsEach = runsEach;
        this.tally = tally;
    }

    /** Falsifies claims before they are compared: to see whether that is noticed. */
    ClaimsRun changing(UnaryOperator<Claims> how) {
        change = how;
        return this;
    }

    /** Judges and runs one program. {@code seed} decides its inputs. */
    public void check(ProgramSpec given, long seed, String place) {
        ProgramSpec program = withNames(given);
        Claimed asLinux = Verifier.verifyWithClaims(program, kernel, options, Pruning.LINUX);
        tally.judged(asLinux.verdict().accepted());
        if (!(asLinux.verdict() instanceof Verdict.Accepted accepted)) {
            return;
        }
        if (!Sandbox.canRun(program.type())) {
            tally.unable("program type " + program.type().kernelName());
            return;
        }
        List<Claims> claims = new ArrayList<>();
        claims.add(change.apply(asLinux.claims()));
        Claimed exact = Verifier.verifyWithClaims(program, kernel, options, Pruning.EXACT);
        if (exact.verdict().accepted()) {
            claims.add(change.apply(exact.claims()));
        } else {
            tally.tooLarge();
        }
        try (Sandbox sandbox = new Sandbox(accepted.program(), claims, kernel, Rng.seed(seed, 1))) {
            int ran = 0;
            while (ran < runsEach && !Thread.currentThread().isInterrupted() && once(sandbox, program, place)) {
                ran++;
            }
            tally.executed(ran, sandbox.steps(), sandbox.comparisons());
        } catch (InvalidMapException | MemoryLimitException e) {
            tally.unable("a map that cannot be made");
        }
    }

    /** Random programs call kernel functions by number; the runtime knows them by name. */
    private ProgramSpec withNames(ProgramSpec p) {
        Map<Integer, String> names = new HashMap<>(p.kfuncs());
        for (int i = 0; i < p.code().size(); i += p.code().width(i)) {
            if (p.code().at(i) instanceof Instruction.Call c
                    && c.kind() == Instruction.Call.Kind.KFUNC
                    && kernel.btf().type(c.imm()) instanceof BtfType.Function f) {
                names.putIfAbsent(c.imm(), f.name());
            }
        }
        return p.withKfuncs(names);
    }

    /** One run. False when it showed something: others would show the same. */
    private boolean once(Sandbox sandbox, ProgramSpec program, String place) {
        try {
            sandbox.run();
            return true;
        } catch (ClaimCheck.Contradiction e) {
            tally.violation(new Violation(Violation.Kind.CLAIM, place, program, e.insn, e.getMessage()));
        } catch (BudgetFault e) {
            tally.ended("budget: " + e.kind());
            return true;
        } catch (UnsupportedFault e) {
            tally.ended(e.getMessage().replaceAll("^program .*?: insn \\d+: ", ""));
        } catch (ProgramFault e) {
            if (Sandbox.isMadeUp(program.type())) {
                tally.ended("a kernel object that the sandbox does not have");
                return false;
            }
            tally.violation(new Violation(Violation.Kind.FAULT, place, program, e.insnIndex(), e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            StackTraceElement[] trace = e.getStackTrace();
            String where = trace.length == 0 ? "" : " at " + trace[0];
            tally.violation(new Violation(Violation.Kind.CRASH, place, program, -1, e + where));
        }
        return false;
    }
}
