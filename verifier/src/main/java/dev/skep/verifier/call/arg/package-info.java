/**
 * One class per kind of argument. Each takes the walk and a register, so that helpers, kernel functions and global
 * functions share it.
 */
package dev.skep.verifier.call.arg;
