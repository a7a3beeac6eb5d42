/** The verifier's entry: {@link dev.skep.verifier.Verifier}, its options, limits and verdicts. */
package dev.skep.verifier;
