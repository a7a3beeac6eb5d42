/**
 * Numbers as the verifier knows them: known bits, ranges, what arithmetic and comparisons do to both. Pure values and
 * functions;
 * nothing here knows registers, pointers or programs.
 */
package dev.skep.verifier.value;
