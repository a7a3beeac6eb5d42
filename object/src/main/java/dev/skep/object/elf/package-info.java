/** ELF64 relocatable files for BPF, either byte order: sections, symbols, relocations. No BPF meaning beyond that. */
package dev.skep.object.elf;
