package dev.skep.conformance.probe;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.helper.ArgType;
import dev.skep.kernel.helper.HelperAccess;
import dev.skep.kernel.helper.HelperArg;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Asks Skep and the running kernel about every helper: each argument in turn gets every {@link ProbeValue} while the others are as the
 * prototype wants them. Whole level 2 logs must be equal.
 */
public final class HelperProbe {
    private static final int LOG = 1 << 20;
    private static final Pattern NOISE =
            Pattern.compile("0xffff[0-9a-f]{12}|verification time.*|\\(\\d[^\\n]*live stack update[^\\n]*|Live regs[\\s\\S]*?(?=0: R1)");

    private final KernelModel kernel;
    private final PrintStream out;
    private final List<ProbeValue> values;
    private int programs;
    private int verdicts;
    private int messages;
    private int logs;

    public HelperProbe(KernelModel kernel, PrintStream out) {
        this.kernel = kernel;
        this.out = out;
        this.values = ProbeValue.all(kernel.btf());
    }

    /** Probes all helpers, or only {@code only} if it is not 0, as seen by one program type. */
    public void run(ProgramType type, AttachType attach, int flags, int only) {
        programs = verdicts = messages = logs = 0;
        try (LinuxLoader loader = new LinuxLoader()) {
            for (int id = 1; id <= 211; id++) {
                if (only == 0 || id == only) {
                    helper(loader, id, type, attach, flags);
                }
            }
        }
        out.printf(
                "%s/%s: %d programs, other verdict %d, other message %d, other log %d%n", type.kernelName(),
                attach == null ? "-" : attach.kernelName(), programs, verdicts, messages, logs);
    }

    private void helper(LinuxLoader loader, int id, ProgramType type, AttachType attach, int flags) {
        HelperAccess access = kernel.helperAccess(id, type, attach);
        HelperProto proto = access == HelperAccess.UNKNOWN ? null : kernel.helper(id, type, attach);
        if (proto == null || access == HelperAccess.NOT_FOR_TYPE) {
            compare(loader, ProbeValueless.of(id, type, attach, flags), kernel.helperName(id));
            return;
        }
        List<ProbeValue> usual = new ArrayList<>();
        for (int i = 0; i < proto.args().size(); i++) {
            usual.add(usual(proto, i));
        }
        program(loader, proto, usual, type, attach, flags, "usual");
        for (int i = 0; i < usual.size(); i++) {
            for (ProbeValue v : candidates(proto.args().get(i))) {
                if (v.fits().test(type)) {
                    List<ProbeValue> tried = new ArrayList<>(usual);
                    tried.set(i, v);
                    program(loader, proto, tried, type, attach, flags, "R" + (i + 1) + "=" + v.name());
                }
            }
        }
    }

    private List<ProbeValue> candidates(HelperArg arg) {
        if (arg.type() != ArgType.CONST_MAP_PTR) {
            return values;
        }
        List<ProbeValue> all = new ArrayList<>(values);
        for (MapType t : MapType.values()) {
            MapSpec m = ProbeMaps.of(t);
            if (m != null) {
                all.add(ProbeValue.map(m));
            }
        }
        return all;
    }

    private ProbeValue usual(HelperProto proto, int i) {
        HelperArg arg = proto.args().get(i);
        return switch (arg.type()) {
            case ANYTHING -> ProbeValue.constant(0);
            case CONST_MAP_PTR -> ProbeValue.map(mapFor(proto.id()));
            case MAP_KEY, MAP_VALUE, MEM, STACK -> ProbeValue.stack(ProbeProgram.INITIALISED);
            case SIZE, SIZE_OR_ZERO, ALLOC_SIZE_OR_ZERO -> ProbeValue.constant(8);
            case CTX -> ProbeValue.CONTEXT;
            case SPIN_LOCK -> ProbeValue.value(ProbeMaps.LOCK, 0);
            case TIMER -> ProbeValue.value(ProbeMaps.TIMER, 0);
            case KPTR -> ProbeValue.value(ProbeMaps.KPTR, 0);
            case CONST_STR -> ProbeValue.value(ProbeMaps.STRING, 0);
            case FUNC -> ProbeValue.FUNCTION;
            case DYNPTR -> arg.has(HelperArg.UNINIT)
                    ? ProbeValue.stack(-16)
                    : arg.has(HelperArg.RELEASE) ? ProbeValue.RINGBUF_DYNPTR : ProbeValue.LOCAL_DYNPTR;
            case SOCK_COMMON, SOCKET, BTF_ID_SOCK_COMMON -> ProbeValue.SOCK;
            case BTF_ID -> arg.has(HelperArg.NULLABLE) ? ProbeValue.constant(0) : ProbeValue.TASK;
            case PERCPU_BTF_ID -> ProbeValue.perCpu(kernel.btf(), "runqueues");
            case RINGBUF_MEM -> ProbeValue.RECORD;
        };
    }

    private MapSpec mapFor(int helper) {
        if (helper == 169) {
            return ProbeMaps.TIMER;
        }
        for (MapType t : MapType.values()) {
            if (ProbeMaps.of(t) != null && kernel.mapFitsHelper(t, helper)) {
                return ProbeMaps.of(t);
            }
        }
        return ProbeMaps.PLAIN;
    }

    private void program(
            LinuxLoader loader, HelperProto proto, List<ProbeValue> args, ProgramType type, AttachType attach, int flags,
            String what) {
        ProbeProgram p = new ProbeProgram();
        for (int i = 0; i < args.size(); i++) {
            args.get(i).make().accept(p);
            p.keep(1, i + 1);
        }
        p.probe(proto.id(), args.size());
        compare(loader, p.finish(type, attach, flags), proto.name() + " " + what);
    }

    private void compare(LinuxLoader loader, ProgramSpec program, String what) {
        LinuxVerdict theirs = loader.load(program, new LoadOptions(2, LOG, false));
        if (theirs.outcome() == LinuxVerdict.Outcome.NONE) {
            return;
        }
        programs++;
        Verdict ours = Verifier.verify(program, kernel, VerifierOptions.DEFAULT.withLogLevel(2));
        boolean accept = ours instanceof Verdict.Accepted;
        String ourLog = log(ours instanceof Verdict.Rejected r ? r.log() : ((Verdict.Accepted) ours).log());
        String theirLog = log(theirs.log());
        String ourMessage = last(ourLog);
        String theirMessage = last(theirLog);
        String problem;
        if (accept != (theirs.outcome() == LinuxVerdict.Outcome.ACCEPT)) {
            verdicts++;
            problem = "verdict";
        } else if (!accept && !ourMessage.equals(theirMessage)) {
            messages++;
            problem = "message";
        } else if (!ourLog.equals(theirLog)) {
            logs++;
            problem = "log";
            String[] pair = firstDifference(ourLog, theirLog);
            theirMessage = pair[1];
            ourMessage = pair[0];
        } else {
            return;
        }
        if (ours instanceof Verdict.Rejected r && r.message().startsWith("internal")) {
            ourMessage = r.message();
        }
        out.printf("%s: %s: linux=%s(%s) skep=%s(%s)%n", problem, what, theirs.outcome(), theirMessage,
                accept ? "ACCEPT" : "REJECT", ourMessage);
    }

    private static String log(String text) {
        return NOISE.matcher(text).replaceAll("#");
    }

    private static String last(String log) {
        int end = log.lastIndexOf("processed ");
        String text = log.substring(0, end < 0 ? log.length() : end).replace("#", "").stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static String[] firstDifference(String a, String b) {
        String[] x = a.split("\n");
        String[] y = b.split("\n");
        int i = 0;
        while (i < Math.min(x.length, y.length) && x[i].equals(y[i])) {
            i++;
        }
        return new String[] {i < x.length ? x[i] : "(end)", i < y.length ? y[i] : "(end)"};
    }

    /** A bare call: for helpers that are not there. */
    private static final class ProbeValueless {
        static ProgramSpec of(int helper, ProgramType type, AttachType attach, int flags) {
            ProbeProgram p = new ProbeProgram();
            p.probe(helper, 0);
            return p.finish(type, attach, flags);
        }
    }
}
