package dev.skep.runtime;

/**
 * A run that could not go on: the program reached for memory that does not exist, or used up what it was given. The
 * machine, its maps and other runs are unharmed.
 *
 * <p><em>Errors</em>: a verified program without a budget or deadline never ends this way, unless the verifier is
 * wrong.
 */
public abstract class ProgramFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private String program = "";
    private int insnIndex = -1;

    protected ProgramFault(String rule, Throwable cause) {
        super(rule, cause, false, true);
    }

    /** Name of the program, "" while unknown. */
    public String program() {
        return program;
    }

    /** Slot of the instruction that faulted, -1 if unknown. */
    public int insnIndex() {
        return insnIndex;
    }

    /** Notes the place, unless an inner frame has already done so. */
    public ProgramFault at(String programName, int insn) {
        if (insnIndex < 0) {
            program = programName;
            insnIndex = insn;
        }
        return this;
    }

    @Override
    public String getMessage() {
        return insnIndex < 0
                ? super.getMessage()
                : "program " + program + ": insn " + insnIndex + ": " + super.getMessage();
    }
}
