package dev.skep.object.spec;

/**
 * A function record of .BTF.ext: the subprogram that starts at slot {@code insnIndex} has the BTF function {@code
 * typeId}.
 */
public record FuncInfo(int insnIndex, int typeId) {}
