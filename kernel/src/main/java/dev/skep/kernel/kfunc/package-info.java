/** Kernel functions: flags and where they may be called. Their arguments are in the kernel's BTF. */
package dev.skep.kernel.kfunc;
