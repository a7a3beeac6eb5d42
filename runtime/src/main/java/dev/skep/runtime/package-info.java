/**
 * The runtime: what a running program touches. Entry: one {@link dev.skep.runtime.Machine} per slab; it makes maps,
 * loads programs and hands out {@link dev.skep.runtime.RunContext}s to run them with. Nothing here verifies: that is
 * the verifier's work.
 */
package dev.skep.runtime;
