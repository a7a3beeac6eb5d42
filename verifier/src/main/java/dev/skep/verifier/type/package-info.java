/** What a register can be: the sealed tree of pointer kinds and the flags that combine with them. Data only. */
package dev.skep.verifier.type;
