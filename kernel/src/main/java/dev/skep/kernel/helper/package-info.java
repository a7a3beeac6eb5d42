/**
 * Helper prototypes: one file per family, one line per helper; which program types may call them.
 * {@link dev.skep.kernel.helper.HelperCatalogue} is the entry.
 */
package dev.skep.kernel.helper;
