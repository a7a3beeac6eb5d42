/** The runtime: what a running program touches. Entry: one {@code Machine} per slab. */
package dev.skep.runtime;
