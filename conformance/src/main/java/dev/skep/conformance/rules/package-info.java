/**
 * Small programs that pin single rules: where Skep means to be stricter than Linux, and what random programs once
 * found.
 */
package dev.skep.conformance.rules;
