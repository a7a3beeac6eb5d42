package dev.skep;

/** What Linux 6.18 does not have, all off unless asked for: programs that use it will not load there. */
public enum Feature {
    /** Dynptrs to allocated memory: {@code bpf_dynptr_alloc} and {@code bpf_dynptr_put}. */
    MALLOC_DYNPTR("malloc-dynptr"),
    /** Local dynptrs over stack, map keys and allocated objects. */
    STACK_DYNPTR("stack-dynptr"),
    /**
     * What Linux 6.19 has and 6.18 has not: dynptrs over files, sizes and offsets of dynptrs as 64-bit numbers, rings
     * that overwrite their oldest records (BPF_F_RB_OVERWRITE).
     */
    LINUX_619("linux-6.19");

    private final String optionName;

    Feature(String optionName) {
        this.optionName = optionName;
    }

    /** The name on the command line and in the verifier's messages. */
    public String optionName() {
        return optionName;
    }
}
