/**
 * What the verifier believed while it walked, kept for those who check the verifier itself: tests run accepted programs
 * and compare each register with what is kept here. Nothing here takes part in a verdict.
 */
package dev.skep.verifier.claim;
