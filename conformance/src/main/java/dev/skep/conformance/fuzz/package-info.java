/**
 * Damaged programs and damaged object files: whatever the bytes, the answer is a verdict or an {@code
 * ObjectFormatException}, in bounded time. Seeds are programs that make sense; what is damaged is the code, the types,
 * the records, the maps, the options.
 */
package dev.skep.conformance.fuzz;
