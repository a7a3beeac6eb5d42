package dev.skep;

/**
 * What runs a verified program. Both give the same results; the interpreter starts at once, compiled code is faster.
 */
public enum Engine {
    /** JVM bytecode, compiled by HotSpot. The default. */
    JIT,
    INTERPRETER
}
