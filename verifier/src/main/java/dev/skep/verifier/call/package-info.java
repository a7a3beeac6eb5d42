/**
 * Calls and exits: helpers, subprograms, callbacks, what they acquire, release and invalidate. Argument classes that
 * helpers and kernel functions share are in {@code call.arg}; kernel functions are in {@code call.kfunc}.
 */
package dev.skep.verifier.call;
