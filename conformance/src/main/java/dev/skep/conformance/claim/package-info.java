/**
 * Runs accepted programs in the interpreter and compares each register with what the verifier believed of it: a
 * verifier that believes something false is found on the first run that shows it, whether or not a bad access follows.
 */
package dev.skep.conformance.claim;
