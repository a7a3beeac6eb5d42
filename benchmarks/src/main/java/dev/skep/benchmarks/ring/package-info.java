/**
 * Rings side by side: Skep's, fed by verified programs, and the JVM's best known, fed by Java; same sizes, same idle
 * strategy, one run.
 */
package dev.skep.benchmarks.ring;
