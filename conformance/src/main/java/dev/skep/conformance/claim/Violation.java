package dev.skep.conformance.claim;

import dev.skep.object.spec.ProgramSpec;

/**
 * A run that did what the verifier had excluded.
 *
 * @param place names the program so that it can be made again
 * @param insn slot index, -1 if unknown
 */
public record Violation(Kind kind, String place, ProgramSpec program, int insn, String text) {
    /** What went wrong. */
    public enum Kind {
        /** No claimed state has the registers that the run has. */
        CLAIM,
        /** The run ended in a fault. */
        FAULT,
        /** Skep itself failed: an exception that is no fault. */
        CRASH
    }

    public String line() {
        return kind + " " + place + " " + program.type() + " " + program.objectName() + "/" + program.name() + " insn "
                + insn + "\n    " + text.replace("\n", "\n    ");
    }

    /** Like violations have like shapes. */
    public String shape() {
        return (kind + " " + text).replaceAll("0x[0-9a-f]+|-?[0-9]+", "#").replaceAll("bits=[^)]*", "bits");
    }
}
