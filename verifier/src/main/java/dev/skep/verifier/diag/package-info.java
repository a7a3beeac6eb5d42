/** What the verifier says: rejections, the kernel-format log, explanations. */
package dev.skep.verifier.diag;
