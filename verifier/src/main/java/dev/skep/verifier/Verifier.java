package dev.skep.verifier;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.ProgramFacts;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.object.isa.Instruction;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.access.StructOpsStub;
import dev.skep.verifier.cfg.AnalysisLog;
import dev.skep.verifier.cfg.DeadReferences;
import dev.skep.verifier.cfg.FastCalls;
import dev.skep.verifier.cfg.ProgramLayout;
import dev.skep.verifier.cfg.StackDepth;
import dev.skep.verifier.claim.Claims;
import dev.skep.verifier.diag.Explanation;
import dev.skep.verifier.diag.KernelLogWriter;
import dev.skep.verifier.diag.LogTrail;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.diag.VerifierLog;
import dev.skep.verifier.explore.Counters;
import dev.skep.verifier.explore.Functions;
import dev.skep.verifier.walk.Walk;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether Linux would load a program.
 *
 * <p>The passes, in order, each in the package named: {@code cfg} finds subprograms, checks jumps, opcodes and control
 * flow, and computes loops and liveness; {@code explore} walks the main program, then every global function it calls
 * ({@code insn}, {@code access} and {@code call} say what each instruction demands and does); {@code cfg} adds up stack
 * use.
 *
 * <p><em>Errors</em>: none are thrown. A fault of the verifier itself becomes a rejection whose message begins with
 * {@code internal error}; interrupting the thread ends the analysis with a rejection, too.
 */
public final class Verifier {
    private static final int TAIL_CALL = 12;

    private final ProgramSpec original;
    /** What the kernel would see of {@link #original}. */
    private final ProgramSpec program;

    private final KernelModel kernel;
    private final VerifierOptions options;
    private final VerifierLog log;
    private final ProgramFacts facts;
    private final long started;
    /** The walk, null before it begins. */
    private Functions functions;
    /** By subprogram, null before the walk is over. */
    private int[] stackDepth;

    /** What to keep of the walk, null for nothing. */
    private Claims.Pruning wanted;

    private Claims claims;

    /** Bytes of the block that R1 points to, -1 when the program has a context. */
    private final int memoryBytes;

    private Verifier(
            ProgramSpec program,
            KernelModel kernel,
            VerifierOptions options,
            int memoryBytes,
            LogTrail trail,
            long started) {
        this.memoryBytes = memoryBytes;
        this.original = program;
        this.program = Admission.asLoaded(program, options.privilege());
        this.kernel = kernel;
        this.options = options;
        this.started = started;
        this.log = new VerifierLog(options.logLevel(), trail);
        this.facts = new ProgramFacts(program.code().size());
        if (options.features().contains(Extensions.LINUX_619)) {
            facts.wideDynptrs();
        }
    }

    /** Linux's verdict on {@code program}. Never throws, for any program. */
    public static Verdict verify(ProgramSpec program, KernelModel kernel, VerifierOptions options) {
        return verify(program, -1, kernel, options);
    }

    /**
     * The same for a program that has no context: R1 points to {@code bytes} bytes (0: R1 is 0), R2 holds their number.
     * It is the calling convention of the public BPF conformance suite.
     */
    public static Verdict verifyWithMemory(
            ProgramSpec program, int bytes, KernelModel kernel, VerifierOptions options) {
        return verify(program, bytes, kernel, options);
    }

    /**
     * The same, keeping what was believed at each instruction. With {@link Claims.Pruning#EXACT} more paths are walked
     * than Linux walks, so a program that Linux accepts can come out too large.
     */
    public static Claimed verifyWithClaims(
            ProgramSpec program, KernelModel kernel, VerifierOptions options, Claims.Pruning pruning) {
        Verifier verifier = new Verifier(program, kernel, options.withLogLevel(0), -1, null, System.nanoTime());
        verifier.wanted = pruning;
        Verdict verdict = verifier.verdict();
        return new Claimed(verdict, verifier.claims);
    }

    private static Verdict verify(ProgramSpec program, int bytes, KernelModel kernel, VerifierOptions options) {
        long started = System.nanoTime();
        LogTrail trail = (options.logLevel() & 3) == 1 ? new LogTrail() : null;
        Verdict verdict = new Verifier(program, kernel, options, bytes, trail, started).verdict();
        if (trail != null && trail.size() > 0 && !verdict.accepted()) {
            trail.freeze();
            return new Verifier(program, kernel, options, bytes, trail, started).verdict();
        }
        return verdict;
    }

    private Verdict verdict() {
        try {
            passes();
            return accepted();
        } catch (Reject reject) {
            return rejected(reject);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError fault) {
            return rejected(Reject.at(-1, Reject.EFAULT, "internal error: " + describe(fault)));
        }
    }

    private void passes() {
        Admission.require(program, options.privilege());
        String misfit = memoryBytes < 0 ? kernel.loadProblem(program) : null;
        if (misfit != null) {
            throw Reject.at(-1, Reject.EINVAL, misfit);
        }
        ProgramLayout layout =
                ProgramLayout.analyse(program, kernel, analysisLog(), options.privilege(), this::requireAttachable);
        requireOwnArguments(layout);
        Walk walk = new Walk(program, kernel, layout, options, log, facts);
        walk.fastCalls = FastCalls.find(program, layout, kernel);
        if (wanted != null) {
            claims = new Claims(wanted, program.code().size(), layout::liveRegs);
            walk.claims = claims;
        }
        functions = new Functions(walk, new KernelLogWriter(log, program, kernel, options.privilege()));
        if (memoryBytes < 0) {
            functions.walkMain();
        } else {
            functions.walkMainWithMemory(memoryBytes);
        }
        functions.walkGlobals();
        stackDepth = walk.fastCalls.without(functions.explorer().stackDepth());
        StackDepth.check(program, layout, stackDepth);
        requireRewritableCalls();
        DeadReferences.check(program.code(), layout, facts, walk.throwsAway, walk.bpfCapable);
        StackDepth.addRewritten(layout, walk.loopCallbacks, stackDepth);
    }

    /**
     * What Linux notices only when it rewrites reached calls: without CAP_PERFMON, the index of a tail call is masked
     * with the size of one map; a call of kernel function 0, which an unresolved weak one becomes, stands for nothing.
     */
    private void requireRewritableCalls() {
        boolean masked = options.privilege() != VerifierOptions.Privilege.FULL;
        for (int i = 0; i < program.code().size(); i++) {
            if (!(program.code().at(i) instanceof Instruction.Call c) || !facts.reached(i)) {
                continue;
            }
            if (c.kind() == Instruction.Call.Kind.KFUNC && c.imm() == 0) {
                throw Reject.at(-1, Reject.EINVAL, "invalid kernel function call not eliminated in verifier pass");
            }
            if (masked
                    && c.kind() == Instruction.Call.Kind.HELPER
                    && c.imm() == TAIL_CALL
                    && facts.mapAtCall(i) == ProgramFacts.SEVERAL_MAPS) {
                throw Reject.at(-1, Reject.EINVAL, "tail_call abusing map_ptr");
            }
        }
    }

    /** Nobody knows whether the program that a tail call goes to would get the references, too. */
    private void requireOwnArguments(ProgramLayout layout) {
        if (StructOpsStub.references(kernel, program) == 0) {
            return;
        }
        for (int i = 0; i < layout.subprogramCount(); i++) {
            if (layout.subprogram(i).hasTailCall()) {
                throw Reject.at(-1, Reject.EINVAL, "program with __ref argument cannot tail call");
            }
        }
    }

    private void requireAttachable() {
        boolean arena = program.maps().stream().anyMatch(m -> m.type() == MapType.ARENA);
        if (arena && options.privilege() != VerifierOptions.Privilege.FULL) {
            throw Reject.at(-1, Reject.EPERM, "CAP_BPF and CAP_PERFMON are required to use arena");
        }
        String problem = kernel.attachProblem(program);
        if (problem != null) {
            throw Reject.at(-1, Reject.EINVAL, problem);
        }
    }

    private AnalysisLog analysisLog() {
        return new AnalysisLog() {
            @Override
            public boolean level2() {
                return log.level2();
            }

            @Override
            public void line(String s) {
                log.print(s + "\n");
            }
        };
    }

    private Verdict accepted() {
        Statistics statistics = statistics();
        finishLog(statistics);
        return new Verdict.Accepted(VerifiedProgram.seal(original, facts), statistics, log.text());
    }

    private Verdict rejected(Reject reject) {
        log.mute(false);
        log.print(reject.text);
        String message = lastLine(reject.text.isEmpty() ? log.text() : reject.text);
        Statistics statistics = statistics();
        finishLog(statistics);
        Explanation explanation = Explanation.of(message, reject.errno);
        return new Verdict.Rejected(
                reject.errno,
                reject.insn,
                reject.insn < 0 ? null : KernelLogWriter.lineOf(original.lines(), reject.insn),
                Explanation.register(message),
                message,
                log.text(),
                statistics,
                explanation.text(),
                explanation.hint());
    }

    private void finishLog(Statistics statistics) {
        if (log.level() != 0) {
            log.print(((log.level() & 4) != 0 ? statistics.details() : "") + statistics.line() + "\n");
        }
    }

    private Statistics statistics() {
        long micros = (System.nanoTime() - started) / 1000;
        List<Integer> depths = new ArrayList<>();
        if (functions == null) {
            return new Statistics(0, options.maxInstructions(), 0, 0, 0, depths, micros);
        }
        for (int depth : stackDepth != null ? stackDepth : functions.explorer().stackDepth()) {
            depths.add(depth);
        }
        Counters c = functions.explorer().counters();
        return new Statistics(
                c.processed(),
                options.maxInstructions(),
                c.maxStatesPerInsn(),
                c.totalStates(),
                c.peakStates(),
                depths,
                micros);
    }

    private static String lastLine(String text) {
        String stripped = text.stripTrailing();
        return stripped.substring(stripped.lastIndexOf('\n') + 1);
    }

    private static String describe(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return fault + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
