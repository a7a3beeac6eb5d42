/**
 * Kernel functions: like helpers, but found by name. One class per family; {@link dev.skep.runtime.kfunc.KfuncTable}
 * lists them.
 */
package dev.skep.runtime.kfunc;
