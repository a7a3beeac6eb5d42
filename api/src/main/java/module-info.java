/** The public API: load, verify, run. */
module dev.skep {
    requires transitive dev.skep.verifier;
    requires transitive dev.skep.jit;
    requires transitive dev.skep.linux;

    exports dev.skep;
    exports dev.skep.data;
}
