/**
 * BTF: reading, writing, searching; split BTF; .BTF.ext. The wire format stays here, all others see {@link
 * dev.skep.object.btf.BtfType}.
 */
package dev.skep.object.btf;
