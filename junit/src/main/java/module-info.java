/** Tests of BPF programs with JUnit. */
module dev.skep.junit {
    requires transitive dev.skep;
    requires transitive org.junit.jupiter.api;

    exports dev.skep.junit;

    opens dev.skep.junit;
}
