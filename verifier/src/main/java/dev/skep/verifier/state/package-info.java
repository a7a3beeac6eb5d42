/**
 * The verifier's state at one point of one path: registers, stack slots, frames, references and regions. Data and
 * copying only; rules live elsewhere.
 */
package dev.skep.verifier.state;
