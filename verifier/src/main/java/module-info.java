/** The verifier: ProgramSpec and KernelModel in, Verdict out. */
module dev.skep.verifier {
    requires transitive dev.skep.kernel;

    exports dev.skep.verifier;
}
