/** The compiler from verified programs to JVM bytecode. */
package dev.skep.jit;
