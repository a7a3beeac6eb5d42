package dev.skep.object.core;

/** A relocation that is malformed, ambiguous or impossible; the message is the rule. Callers add file and place. */
final class CoreException extends Exception {
    private static final long serialVersionUID = 1;

    CoreException(String rule) {
        super(rule, null, false, false);
    }
}
