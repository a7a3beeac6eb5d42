/** Programs that a verifier has passed: what the runtime accepts, and the facts proved on the way. */
package dev.skep.kernel.program;
