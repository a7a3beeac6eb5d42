package dev.skep.conformance.random;

import dev.skep.object.spec.ProgramSpec;

/**
 * What came of one program.
 *
 * @param batch seed of its batch
 * @param index its number in the batch
 * @param skep Skep's account: ACCEPT or the message
 * @param linux the kernel's
 */
record Finding(Kind kind, long batch, int index, ProgramSpec program, String skep, String linux) {
    /** How the two verifiers compare on a program. */
    enum Kind {
        SAME,
        FALSE_ACCEPT,
        FALSE_REJECT,
        /** Both reject, for different reasons. */
        MESSAGE,
        /** Both reject with the same message, and another error number. */
        ERRNO,
        /** Same verdict, another number of instructions processed. */
        COST,
        /** Same verdict and cost, another log. */
        LOG,
        /** Skep failed: an exception inside the verifier, or no answer in time. */
        INTERNAL,
        /** The kernel gave no verdict. */
        UNJUDGED
    }

    boolean differs() {
        return kind != Kind.SAME && kind != Kind.UNJUDGED;
    }

    /** One line: kind, where, and both accounts. */
    String line() {
        return kind + " " + Long.toHexString(batch) + "/" + index + " " + program.type() + " " + program.objectName()
                + "/" + program.name() + "\n    skep:  " + skep + "\n    linux: " + linux;
    }

    /** Like differences have like shapes. */
    String shape() {
        return (kind + " skep=" + skep + " linux=" + linux).replaceAll("0x[0-9a-f]+|-?[0-9]+", "#");
    }
}
