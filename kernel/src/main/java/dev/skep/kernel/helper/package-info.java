/** Helper prototypes: one file per family, one line per helper; which program types may call them. */
package dev.skep.kernel.helper;
