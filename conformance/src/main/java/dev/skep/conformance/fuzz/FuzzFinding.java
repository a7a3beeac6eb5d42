package dev.skep.conformance.fuzz;

/**
 * An answer that is none.
 *
 * @param place names the input so that it can be made again
 * @param trace the exception's first lines, "" if there is none
 */
record FuzzFinding(Kind kind, String place, String text, String trace) {
    /** What is wrong. */
    enum Kind {
        /** An exception came out. */
        ESCAPED,
        /** A rejection that speaks of Skep's own failure. */
        INTERNAL,
        /** It took too long. */
        SLOW,
        /** The verdict contradicts itself. */
        VERDICT,
        /** An accepted program did what it cannot do. */
        RUN
    }

    String line() {
        return kind + " " + place + "\n    " + text + (trace.isEmpty() ? "" : "\n" + trace);
    }

    /** Like findings have like shapes. */
    String shape() {
        return kind + " " + text.replaceAll("0x[0-9a-f]+|-?[0-9]+", "#");
    }
}
