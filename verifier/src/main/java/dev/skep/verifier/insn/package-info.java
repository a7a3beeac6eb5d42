/**
 * Steps: one class for each kind of instruction, but calls and exits (package call). {@link
 * dev.skep.verifier.insn.Steps} is the entry.
 */
package dev.skep.verifier.insn;
