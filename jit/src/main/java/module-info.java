/** A verified program to JVM bytecode. */
module dev.skep.jit {
    requires transitive dev.skep.runtime;
    requires static jdk.jfr;

    exports dev.skep.jit;
}
