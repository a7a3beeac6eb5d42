package dev.skep;

/** Skep's own extensions, all off unless asked for: programs that use them will not load in Linux. */
public enum Feature {
    /** Dynptrs to allocated memory: {@code bpf_dynptr_alloc} and {@code bpf_dynptr_put}. */
    MALLOC_DYNPTR("malloc-dynptr"),
    /** Local dynptrs over stack, map keys and allocated objects. */
    STACK_DYNPTR("stack-dynptr");

    private final String optionName;

    Feature(String optionName) {
        this.optionName = optionName;
    }

    /** The name on the command line and in the verifier's messages. */
    public String optionName() {
        return optionName;
    }
}
