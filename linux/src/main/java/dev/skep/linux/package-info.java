/**
 * The same programs and maps in the running kernel, through bpf(2) and java.lang.foreign: load, ask for the verdict,
 * test-run, read and write maps and rings. Nothing is ever attached or pinned; a descriptor lives as long as the object
 * that holds it.
 */
package dev.skep.linux;
