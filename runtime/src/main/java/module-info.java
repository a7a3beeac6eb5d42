/** Memory, maps, ring buffers, dynptrs, helpers, kernel functions and the interpreter. */
module dev.skep.runtime {
    requires transitive dev.skep.kernel;

    exports dev.skep.runtime;
    exports dev.skep.runtime.memory;
    exports dev.skep.runtime.map;
    exports dev.skep.runtime.ring;
    exports dev.skep.runtime.dynptr;
    exports dev.skep.runtime.packet;
    exports dev.skep.runtime.helper;
    exports dev.skep.runtime.kfunc;
    exports dev.skep.runtime.interp;
    exports dev.skep.runtime.capture;
}
