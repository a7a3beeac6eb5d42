/** The catalogue's entry: {@link dev.skep.kernel.KernelModel}. */
package dev.skep.kernel;
