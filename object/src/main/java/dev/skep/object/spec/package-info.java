/**
 * Specs: what an object says, as immutable values. {@link dev.skep.object.spec.ObjectSpec} is one file, deterministic;
 * {@link dev.skep.object.spec.ProgramSpec} is one program, linked and with CO-RE applied, ready for a verifier.
 */
package dev.skep.object.spec;
