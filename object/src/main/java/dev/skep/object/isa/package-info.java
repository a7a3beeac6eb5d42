/**
 * The BPF instruction set of RFC 9669 with the v4 extensions: sealed instruction records, decoder, encoder, text
 * assembler and a disassembler in the syntax of the kernel's verifier log. Knows nothing of programs, maps or types.
 */
package dev.skep.object.isa;
