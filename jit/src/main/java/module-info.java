/** A verified program to JVM bytecode. */
module dev.skep.jit {
    requires transitive dev.skep.runtime;

    exports dev.skep.jit;
}
