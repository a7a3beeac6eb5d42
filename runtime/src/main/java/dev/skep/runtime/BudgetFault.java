package dev.skep.runtime;

/** A run that took more backward jumps, more time, or more stack than it was given. */
public final class BudgetFault extends ProgramFault {
    private static final long serialVersionUID = 1;

    /** What ran out. */
    public enum Kind {
        BACK_EDGES,
        DEADLINE,
        STACK
    }

    private final Kind kind;

    public BudgetFault(Kind kind, String rule) {
        super(rule, null);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
