package dev.skep.conformance.engines;

import dev.skep.jit.CodeSize;

/**
 * What came of one program.
 *
 * @param detail the reason, or the parts that differ
 * @param size of the generated code; null where it was not measured
 */
record Agreement(Candidate candidate, Kind kind, String detail, CodeSize size) {
    /** From good to bad. */
    enum Kind {
        /** All three engines left the same behind. */
        SAME("same in all three engines", false),
        /** The two engines here agree; the kernel differs in what changes from run to run here, too. */
        OUTSIDE("differs by what lies outside the program", false),
        /** The two engines here agree; the program asks for state of the kernel that nothing here stands for. */
        KERNEL_STATE("differs by state that only a kernel has", false),
        /** The two engines here agree; the kernel cannot test-run it. */
        TWO("same in interpreter and generated code; the kernel does not run it", false),
        /** The runtime has no such map, helper or kernel function; both engines say so. */
        UNSUPPORTED("needs what this runtime does not have", false),
        /** More loop rounds than are waited for. */
        LONG("too long to compare", false),
        /** The kernel left something else behind, and nothing explains it. */
        DIFFERENT("DIFFERENT from the kernel", true),
        /** Interpreter and generated code do not agree. */
        ENGINES("interpreter and generated code DIFFER", true),
        /** A verified program came to a bad end. */
        FAULT("FAULT in a verified program", true),
        /** No code was generated. */
        UNCOMPILED("NOT COMPILED", true);

        private final String text;
        private final boolean bad;

        Kind(String text, boolean bad) {
            this.text = text;
            this.bad = bad;
        }

        String text() {
            return text;
        }

        /** True when something must be mended. */
        boolean bad() {
            return bad;
        }
    }

    String line() {
        return kind + "  " + candidate.name() + " ("
                + candidate.program().type().kernelName() + ")  " + detail;
    }
}
