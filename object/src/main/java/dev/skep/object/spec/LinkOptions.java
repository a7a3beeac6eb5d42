package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import java.util.Map;

/**
 * What {@link Linker} links against.
 *
 * @param target the kernel's types; null: kernel functions and CO-RE targets stay unresolved
 * @param kernelVersion value of {@code LINUX_KERNEL_VERSION}: {@code major << 16 | minor << 8 | patch}
 * @param config kernel configuration: {@code CONFIG_HZ} to {@code 1000}, {@code y}, {@code m}, {@code n} or {@code
 *     "text"}, as in the kernel's {@code .config}; and a number for {@code LINUX_HAS_SYSCALL_WRAPPER} and its kin, if
 *     not 1
 * @param kernelSymbols addresses for externs without a type; null: weak ones are taken
 *     not to exist, all others to exist at a made-up address
 * @param contents initial contents that replace the file's, by map name ({@code .rodata}); arrays must not change
 *     afterwards
 */
public record LinkOptions(
        Btf target,
        int kernelVersion,
        Map<String, String> config,
        Map<String, Long> kernelSymbols,
        Map<String, byte[]> contents) {
    /** 6.18.0. */
    public static final int DEFAULT_KERNEL_VERSION = 6 << 16 | 18 << 8;

    /** The options of a common x86-64 kernel, used where {@code config} has no value. */
    static final Map<String, String> DEFAULT_CONFIG = Map.of(
            "CONFIG_BPF_SYSCALL", "y",
            "CONFIG_BPF_JIT", "y",
            "CONFIG_HZ", "1000",
            "CONFIG_X86_64", "y",
            "CONFIG_64BIT", "y",
            "CONFIG_CGROUPS", "y");

    public LinkOptions {
        config = Map.copyOf(config);
        kernelSymbols = kernelSymbols == null ? null : Map.copyOf(kernelSymbols);
        contents = Map.copyOf(contents);
    }

    /** Defaults, against these kernel types. */
    public static LinkOptions of(Btf target) {
        return new LinkOptions(target, DEFAULT_KERNEL_VERSION, Map.of(), null, Map.of());
    }

    public LinkOptions withTarget(Btf newTarget) {
        return new LinkOptions(newTarget, kernelVersion, config, kernelSymbols, contents);
    }

    public LinkOptions withConfig(Map<String, String> newConfig) {
        return new LinkOptions(target, kernelVersion, newConfig, kernelSymbols, contents);
    }

    public LinkOptions withKernelVersion(int version) {
        return new LinkOptions(target, version, config, kernelSymbols, contents);
    }

    public LinkOptions withContents(Map<String, byte[]> newContents) {
        return new LinkOptions(target, kernelVersion, config, kernelSymbols, newContents);
    }
}
