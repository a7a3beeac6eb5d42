/** The running Linux kernel: bpf(2) through the foreign linker. */
package dev.skep.linux;
