/**
 * Dynptr programs run three times, by Skep's interpreter, by its generated code and by the running kernel, and compared
 * by all that they leave behind.
 *
 * <p>{@link dev.skep.conformance.dynptr.DynptrCode} writes such programs, {@link dev.skep.conformance.dynptr.Trial}
 * runs one, {@link dev.skep.conformance.dynptr.DynptrCommand} runs many random ones.
 */
package dev.skep.conformance.dynptr;
