/**
 * Interpreter, generated code and the running kernel on the same programs and the same inputs: do they leave the same
 * behind?
 */
package dev.skep.conformance.engines;
