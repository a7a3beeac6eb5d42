/** Calls of kernel functions: arguments from their BTF, flags, and what no flag says. */
package dev.skep.verifier.call.kfunc;
