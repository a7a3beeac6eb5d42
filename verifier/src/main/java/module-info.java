/** The verifier: ProgramSpec and KernelModel in, Verdict out. */
module dev.skep.verifier {
    requires transitive dev.skep.kernel;

    exports dev.skep.verifier;
    exports dev.skep.verifier.claim;
    exports dev.skep.verifier.state to
            dev.skep.conformance;
    exports dev.skep.verifier.type to
            dev.skep.conformance;
    exports dev.skep.verifier.value to
            dev.skep.conformance;
}
