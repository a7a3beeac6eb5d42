/** The public API: {@code Skep}, {@code BpfObject} and the program, map and ring types made from them. */
package dev.skep;
