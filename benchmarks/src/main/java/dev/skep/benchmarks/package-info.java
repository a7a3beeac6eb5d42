/** Side-by-side speed: the same objects and packets in Skep's engines, in the kernel, and as native code. */
package dev.skep.benchmarks;
