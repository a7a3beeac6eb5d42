package dev.skep.linux;

/**
 * The result of one test run.
 *
 * @param retval R0, as the program's type defines it
 * @param data the packet afterwards; empty for program types without one
 * @param context the context afterwards; empty if none was given
 * @param durationNanos mean time of one repetition
 */
public record TestRun(int retval, byte[] data, byte[] context, long durationNanos) {}
