package dev.skep.runtime.helper;

/**
 * One implemented helper or kernel function.
 *
 * @param name kernel name, {@code bpf_} in front
 * @param owner class that has the static method; its parameters are those of {@link HelperFunction#call}
 * @param method the static method's name: generated code calls it directly
 * @param function the same, for engines that call through a table
 */
public record HelperEntry(String name, Class<?> owner, String method, HelperFunction function) {
    /** JVM descriptor of every such method. */
    public static final String DESCRIPTOR = "(Ldev/skep/runtime/RunContext;JJJJJ)J";
}
