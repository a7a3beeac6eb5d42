package dev.skep.runtime;

/**
 * A run that reached something this runtime does not have: an unknown helper or kernel function, or an undefined
 * instruction.
 */
public final class UnsupportedFault extends ProgramFault {
    private static final long serialVersionUID = 1;

    public UnsupportedFault(String rule) {
        super(rule, null);
    }
}
