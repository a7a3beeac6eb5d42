package dev.skep.conformance.probe;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.helper.ArgType;
import dev.skep.kernel.helper.HelperAccess;
import dev.skep.kernel.helper.HelperArg;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.linux.LinuxLoader;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks Skep and the running kernel about every helper: each argument in turn gets every {@link ProbeValue} while the
 * others are as the prototype wants them. Whole level 2 logs must be equal.
 */
final class HelperProbe {
    private final KernelModel kernel;
    private final PrintStream out;
    private final List<ProbeValue> values;
    private Comparer comparer;

    HelperProbe(KernelModel kernel, PrintStream out) {
        this.kernel = kernel;
        this.out = out;
        this.values = ProbeValue.all(kernel.btf());
    }

    /** Probes all helpers, or only {@code only} if it is not 0, as seen by one program type. */
    Comparer run(Target target, int only) {
        comparer = new Comparer(kernel, out);
        try (LinuxLoader loader = new LinuxLoader()) {
            for (int id = 1; id <= 211; id++) {
                if (only == 0 || id == only) {
                    helper(loader, id, target);
                }
            }
        }
        comparer.summary(target);
        return comparer;
    }

    private void helper(LinuxLoader loader, int id, Target target) {
        ProgramSpec probed = bare(id, target);
        HelperAccess access = kernel.helperAccess(id, probed);
        HelperProto proto = access == HelperAccess.UNKNOWN ? null : kernel.helper(id, probed);
        if (proto == null || access == HelperAccess.NOT_FOR_TYPE) {
            comparer.compare(loader, probed, kernel.helperName(id));
            return;
        }
        List<ProbeValue> usual = new ArrayList<>();
        for (int i = 0; i < proto.args().size(); i++) {
            usual.add(usual(proto, i));
        }
        program(loader, proto, usual, target, "usual");
        for (int i = 0; i < usual.size(); i++) {
            for (ProbeValue v : candidates(proto.args().get(i))) {
                if (v.fits().test(target.type())) {
                    List<ProbeValue> tried = new ArrayList<>(usual);
                    tried.set(i, v);
                    program(loader, proto, tried, target, "R" + (i + 1) + "=" + v.name());
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
            case DYNPTR ->
                arg.has(HelperArg.UNINIT)
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

    private void program(LinuxLoader loader, HelperProto proto, List<ProbeValue> args, Target target, String what) {
        ProbeProgram p = new ProbeProgram();
        for (int i = 0; i < args.size(); i++) {
            args.get(i).make().accept(p);
            p.keep(1, i + 1);
        }
        p.probe(proto.id(), args.size());
        comparer.compare(loader, p.finish(target), proto.name() + " " + what);
    }

    /** A bare call: for helpers that are not there. */
    private static ProgramSpec bare(int helper, Target target) {
        ProbeProgram p = new ProbeProgram();
        p.probe(helper, 0);
        return p.finish(target);
    }
}
