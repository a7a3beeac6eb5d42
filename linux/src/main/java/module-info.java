/** The same programs and maps in the running kernel. */
module dev.skep.linux {
    requires transitive dev.skep.object;

    exports dev.skep.linux;
}
