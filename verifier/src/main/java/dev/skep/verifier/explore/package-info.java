/**
 * Which paths are walked, and which need not be: the pending branches, checkpoints and pruning, loops, precision, stack
 * liveness, entry states. What one instruction does is elsewhere; what a state is, too.
 */
package dev.skep.verifier.explore;
