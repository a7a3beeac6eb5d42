/**
 * Dynptrs: the 16-byte object programs hold, and every operation on it with Linux's checks in Linux's order. {@link
 * dev.skep.runtime.dynptr.Dynptr} is the layout, {@link dev.skep.runtime.dynptr.DynptrAccess} moves bytes through one.
 */
package dev.skep.runtime.dynptr;
