/**
 * Linux's verdicts on its own selftests, compared with Skep's: the corpus, the recorded verdicts, the judges, the
 * comparison and its reports. {@link dev.skep.conformance.Conformance} is the entry.
 */
package dev.skep.conformance;
