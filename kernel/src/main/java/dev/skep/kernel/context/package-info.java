/** Contexts: for each program type, which bytes of R1's target may be read or written, and what a read yields. */
package dev.skep.kernel.context;
