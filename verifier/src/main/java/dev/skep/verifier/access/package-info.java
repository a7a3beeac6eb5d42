/** Memory: one class for each kind of pointer, with the rules for reading and writing through it. */
package dev.skep.verifier.access;
