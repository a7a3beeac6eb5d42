/**
 * Memory ordering of the rings under jcstress: what a producer on one core and a consumer on another may see of each
 * other.
 */
package dev.skep.stress;
