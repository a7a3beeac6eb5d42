/** Programs made to ask both verifiers one thing: each helper with every kind of value in each of its arguments. */
package dev.skep.conformance.probe;
