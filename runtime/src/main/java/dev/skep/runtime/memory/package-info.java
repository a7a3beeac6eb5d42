/**
 * Memory that programs can see: one {@link dev.skep.runtime.memory.Slab} per machine, its allocator, and the accounts
 * that pay for it. Knows nothing of maps, programs or packets.
 */
package dev.skep.runtime.memory;
