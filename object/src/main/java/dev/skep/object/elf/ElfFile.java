package dev.skep.object.elf;
/** placeholder until the reader lands */
final class ElfFile { private ElfFile() {} }
