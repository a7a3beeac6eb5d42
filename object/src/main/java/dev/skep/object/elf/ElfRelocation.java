package dev.skep.object.elf;

/** One relocation without addend: {@code offset} bytes into the section patched, by the symbol with that index. */
public record ElfRelocation(long offset, int type, int symbol) {}
