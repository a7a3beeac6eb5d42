/** What Linux offers to BPF programs, as data: helpers, kfuncs, program types, contexts and map types. */
module dev.skep.kernel {
    requires transitive dev.skep.object;

    exports dev.skep.kernel;
    exports dev.skep.kernel.helper;
    exports dev.skep.kernel.kfunc;
    exports dev.skep.kernel.context;
    exports dev.skep.kernel.map;
    exports dev.skep.kernel.program;
}
