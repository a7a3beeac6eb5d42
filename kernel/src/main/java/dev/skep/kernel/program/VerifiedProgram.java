package dev.skep.kernel.program;

import dev.skep.object.spec.ProgramSpec;

/**
 * A program that the verifier accepted. Only the verifier can make one: {@link #seal} asks for a caller in its module.
 */
public final class VerifiedProgram implements ExecutableProgram {
    private static final StackWalker CALLER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final ProgramSpec spec;
    private final ProgramFacts facts;

    private VerifiedProgram(ProgramSpec spec, ProgramFacts facts) {
        this.spec = spec;
        this.facts = facts;
    }

    /**
     * Called by the verifier when a program is accepted.
     *
     * @throws IllegalCallerException for any caller outside package {@code dev.skep.verifier}
     */
    public static VerifiedProgram seal(ProgramSpec spec, ProgramFacts facts) {
        Class<?> caller = CALLER.getCallerClass();
        boolean verifier = caller.getPackageName().equals("dev.skep.verifier")
                && (!caller.getModule().isNamed()
                        || caller.getModule().getName().equals("dev.skep.verifier"));
        if (!verifier) {
            throw new IllegalCallerException("only the verifier may seal a program: caller=" + caller.getName());
        }
        return new VerifiedProgram(spec, facts);
    }

    @Override
    public ProgramSpec spec() {
        return spec;
    }

    @Override
    public ProgramFacts facts() {
        return facts;
    }
}
