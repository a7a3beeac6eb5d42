/**
 * Helpers: one class per family, each helper one static method of the run's context and the five argument registers.
 * {@link dev.skep.runtime.helper.HelperTable} finds them by number.
 */
package dev.skep.runtime.helper;
