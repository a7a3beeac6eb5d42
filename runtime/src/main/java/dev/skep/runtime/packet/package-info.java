/**
 * Packets as programs see them: the bytes and the context struct, both in the slab, laid out as Linux's UAPI says, so
 * that loads from a context are plain loads. The model is the kernel's BPF_PROG_TEST_RUN.
 */
package dev.skep.runtime.packet;
