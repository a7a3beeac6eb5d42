/**
 * Kernel functions: flags and where they may be called, one file per family, one line each. Their arguments are in
 * the kernel's BTF.
 * {@link dev.skep.kernel.kfunc.KfuncCatalogue} is the entry.
 */
package dev.skep.kernel.kfunc;
