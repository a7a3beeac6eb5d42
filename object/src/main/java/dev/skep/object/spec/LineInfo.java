package dev.skep.object.spec;

/**
 * A line record of .BTF.ext: from slot {@code insnIndex} on, instructions come from this line.
 *
 * @param file path as the compiler recorded it
 * @param text the source line, leading blanks included
 * @param line 1-based
 * @param column 1-based, 0 unknown
 */
public record LineInfo(int insnIndex, String file, String text, int line, int column) {}
