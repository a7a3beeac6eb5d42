package dev.skep.object.core;

/** Bounds the work of one object's relocations, since types can be written so that comparing them takes for ever. */
final class WorkBudget {
    private static final int STEPS = 50_000_000;

    private int left = STEPS;

    void spend() throws CoreException {
        if (--left < 0) {
            throw new CoreException("types must be simple enough to compare: steps=" + STEPS);
        }
    }
}
