/**
 * Contexts: for each program type, which bytes of R1's target may be read or written, and what a read yields; the
 * same for sockets.
 * Layouts are text, one field a line: see {@code FieldTable}.
 */
package dev.skep.kernel.context;
