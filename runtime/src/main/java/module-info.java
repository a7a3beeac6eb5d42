/** Memory, maps, ring buffers, dynptrs, helpers, kernel functions and the interpreter. */
module dev.skep.runtime {
    requires transitive dev.skep.kernel;

    exports dev.skep.runtime;
}
