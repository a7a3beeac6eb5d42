package dev.skep.cli;

/** A fault that the user can mend: one line, rule first, what to do last. */
final class CommandFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommandFault(String message) {
        super(message, null, false, false);
    }
}
