/**
 * The interpreter: {@link dev.skep.runtime.interp.Decoder} turns instructions into arrays, {@link
 * dev.skep.runtime.interp.Interpreter} runs them, and {@link dev.skep.runtime.interp.Operations} says what each
 * operation means, for it and for generated code.
 */
package dev.skep.runtime.interp;
