package dev.skep.verifier;

import dev.skep.verifier.claim.Claims;

/**
 * A verdict and what the verifier believed on the way.
 *
 * @param claims null when the program was rejected before the walk began
 */
public record Claimed(Verdict verdict, Claims claims) {}
