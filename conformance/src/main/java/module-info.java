/** Linux's verdicts on its own selftests, compared with Skep's. */
module dev.skep.conformance {
    requires dev.skep.jit;
    requires dev.skep.linux;
    requires dev.skep.runtime;
    requires dev.skep.verifier;

    exports dev.skep.conformance;
}
