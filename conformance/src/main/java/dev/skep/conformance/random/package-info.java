/**
 * Random programs, judged by Skep and by the running kernel: generators, mutation, comparison and shrinking of what
 * differs.
 */
package dev.skep.conformance.random;
