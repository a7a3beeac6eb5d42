package dev.skep.conformance.engines;

import dev.skep.conformance.engines.Agreement.Kind;
import dev.skep.conformance.engines.Observation.Problem;
import dev.skep.jit.CodeSize;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.linux.Cpus;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.map.InvalidMapException;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Runs programs in all engines and compares. For one thread, which stays on one CPU.
 *
 * <ol>
 *   <li>Interpreter, in the first world; it alone counts loop rounds, so that nothing endless reaches the others.
 *   <li>Generated code, in the same world: everything must be equal.
 *   <li>The kernel. Parts that differ are looked at again in other worlds: a part that changes with the world is
 *       outside of the program.
 * </ol>
 */
final class Trial implements AutoCloseable {
    private static final int INPUTS = 4;
    private static final int WORLDS = 12;

    private static final Pattern NOT_OF_ADDRESSES =
            Pattern.compile("cannot use helper|unknown func|not allowed|not supported");

    private static final Pattern SHOWS_ADDRESS = Pattern.compile(
            "leaks addr|leaking pointer|pointer comparison|pointer arithmetic|spilled pointer|partial copy of pointer");

    private final KernelModel kernel;
    private final Outside outside;
    private final SkepRun skep;
    private final LinuxRun linux;
    private final boolean measure;

    /**
     * @param live false to leave the kernel out
     * @param measure also find the size of the generated code
     */
    Trial(KernelModel kernel, Outside outside, int cpu, boolean live, boolean measure) {
        this.kernel = kernel;
        this.outside = outside;
        this.measure = measure;
        boolean pinned = live && Cpus.pin(cpu);
        skep = new SkepRun(kernel, Cpus.possible(), pinned ? cpu : 0);
        linux = live ? new LinuxRun(kernel) : null;
    }

    /** What came of a program; empty when the verifier rejects it. */
    Optional<Agreement> judge(Candidate candidate) {
        ProgramSpec spec = Candidate.trimmed(candidate.program(), kernel.btf());
        if (!(Verifier.verify(spec, kernel, VerifierOptions.DEFAULT) instanceof Verdict.Accepted accepted)) {
            return Optional.empty();
        }
        VerifiedProgram program = accepted.program();
        CodeSize size = null;
        if (measure) {
            try {
                size = skep.size(program);
            } catch (InvalidMapException e) {
                return Optional.of(new Agreement(candidate, Kind.UNSUPPORTED, e.getMessage(), null));
            } catch (RuntimeException | LinkageError e) {
                return Optional.of(new Agreement(candidate, Kind.UNCOMPILED, e.toString(), null));
            }
        }
        return Optional.of(run(candidate, program, size));
    }

    private Agreement run(Candidate candidate, VerifiedProgram program, CodeSize size) {
        List<TestInput> inputs = TestInput.of(program.spec(), candidate.name().hashCode(), INPUTS);
        Observation slow = interpret(program, inputs, 0);
        if (slow.problem().kind() == Problem.Kind.LONG) {
            return new Agreement(candidate, Kind.LONG, slow.problem().text(), size);
        }
        Observation fast = skep.run(program, inputs, SkepRun.Engine.GENERATED, new World(0));
        if (fast.problem().kind() == Problem.Kind.UNCOMPILED) {
            return new Agreement(candidate, Kind.UNCOMPILED, fast.problem().text(), size);
        }
        Set<String> apart = slow.allDifferences(fast);
        boolean concurrent = outside.isConcurrent(program.spec());
        if (concurrent) {
            apart.removeIf(p -> p.startsWith("map ") || p.startsWith("ring "));
        }
        if (!apart.isEmpty()) {
            return new Agreement(
                    candidate,
                    Kind.ENGINES,
                    describe(apart, slow, fast) + fast.problem().text(),
                    size);
        }
        if (slow.problem().kind() == Problem.Kind.UNSUPPORTED) {
            return new Agreement(candidate, Kind.UNSUPPORTED, slow.problem().text(), size);
        }
        if (!slow.complete() && !hasContext(program.spec().type())) {
            return new Agreement(candidate, Kind.TWO, "no context to give: both fault", size);
        }
        if (!slow.complete()) {
            return new Agreement(candidate, Kind.FAULT, slow.problem().text(), size);
        }
        return compareWithKernel(candidate, program, inputs, slow, size);
    }

    private Observation interpret(VerifiedProgram program, List<TestInput> inputs, int world) {
        return skep.run(program, inputs, SkepRun.Engine.INTERPRETER, new World(world));
    }

    private Agreement compareWithKernel(
            Candidate candidate, VerifiedProgram program, List<TestInput> inputs, Observation first, CodeSize size) {
        if (linux == null) {
            return new Agreement(candidate, Kind.TWO, "the kernel was not asked", size);
        }
        if (!isRunnable(program.spec().type())) {
            return new Agreement(
                    candidate,
                    Kind.TWO,
                    "no BPF_PROG_TEST_RUN for " + program.spec().type().kernelName(),
                    size);
        }
        Set<String> unsafe = Outside.unsafe(program.spec());
        if (!unsafe.isEmpty()) {
            return new Agreement(candidate, Kind.TWO, "not safe to run in the kernel: " + unsafe, size);
        }
        LinuxRun.Result live = linux.run(program.spec(), inputs);
        if (!live.observation().complete()) {
            return new Agreement(
                    candidate,
                    Kind.TWO,
                    "the kernel says: " + live.observation().problem().text(),
                    size);
        }
        List<TestInput> taken = live.taken();
        Observation slow = taken.size() == inputs.size() ? first : interpret(program, taken, 0);
        Set<String> apart = new TreeSet<>(slow.differences(live.observation()));
        if (apart.isEmpty()) {
            return new Agreement(candidate, Kind.SAME, "", size);
        }
        String what = describe(apart, slow, live.observation());
        Set<String> state = outside.ofKernel(program.spec());
        if (outside.isConcurrent(program.spec())) {
            return new Agreement(candidate, Kind.KERNEL_STATE, state + ": " + what, size);
        }
        Set<String> own = new TreeSet<>(apart);
        for (int world = 1; world <= WORLDS && !own.isEmpty(); world++) {
            own.removeAll(slow.allDifferences(interpret(program, taken, world)));
        }
        Set<String> sources = outside.ofWorld(program.spec());
        String leak = leak(program.spec());
        if (!leak.isEmpty()) {
            sources.add(leak);
        } else if (sources.isEmpty()) {
            // no clock, no random number, nobody's name: all else that changes with the world
            sources.add("addresses or unwritten memory");
        }
        boolean explained = own.isEmpty() || SHOWS_ADDRESS.matcher(leak).find();
        if (explained) {
            return new Agreement(candidate, Kind.OUTSIDE, sources + ": " + what, size);
        }
        return state.isEmpty()
                ? new Agreement(
                        candidate,
                        Kind.DIFFERENT,
                        describe(own.isEmpty() ? apart : own, slow, live.observation()),
                        size)
                : new Agreement(candidate, Kind.KERNEL_STATE, state + ": " + what, size);
    }

    /**
     * What the verifier says of a loader that must not learn addresses or read what it never wrote; "" when it accepts,
     * too.
     */
    private String leak(ProgramSpec program) {
        return Verifier.verify(program, kernel, VerifierOptions.DEFAULT.withPrivilege(VerifierOptions.Privilege.BPF))
                                instanceof Verdict.Rejected r
                        && !NOT_OF_ADDRESSES.matcher(r.message()).find()
                ? r.message()
                : "";
    }

    /** True for types whose context can be made from an input: the others' have pointers to things of the kernel. */
    private static boolean hasContext(ProgramType type) {
        return isRunnable(type);
    }

    private static boolean isRunnable(ProgramType type) {
        return switch (type) {
            case XDP,
                    SOCKET_FILTER,
                    SCHED_CLS,
                    SCHED_ACT,
                    CGROUP_SKB,
                    LWT_IN,
                    LWT_OUT,
                    LWT_XMIT,
                    LWT_SEG6LOCAL,
                    RAW_TRACEPOINT,
                    SYSCALL,
                    SK_LOOKUP -> true;
            default -> false;
        };
    }

    private static String describe(Set<String> parts, Observation here, Observation there) {
        String part = parts.iterator().next();
        String a = here.parts().getOrDefault(part, "-");
        String b = there.parts().getOrDefault(part, "-");
        int from = 0;
        while (from < Math.min(a.length(), b.length()) && a.charAt(from) == b.charAt(from)) {
            from++;
        }
        int start = Math.max(0, from - 8);
        return parts + " " + part + " at " + from + ": " + cut(a, start) + " / " + cut(b, start) + " ";
    }

    private static String cut(String text, int start) {
        return text.length() <= start ? "(end)" : text.substring(start, Math.min(text.length(), start + 32));
    }

    @Override
    public void close() {
        if (linux != null) {
            linux.close();
        }
    }
}
