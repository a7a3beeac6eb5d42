package dev.skep;

/**
 * What a program on {@code __sk_buff} did.
 *
 * @param code R0: a TC_ACT_* number, or the length that a socket filter keeps
 * @param packet the packet as the program left it
 */
public record SkbResult(int code, byte[] packet) {}
