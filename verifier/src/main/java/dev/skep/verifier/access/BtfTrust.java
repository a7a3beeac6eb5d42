package dev.skep.verifier.access;

import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.Map;
import java.util.Set;

/**
 * How far a pointer to a kernel object can be relied on, and what of that its members inherit.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/kfuncs.rst on KF_TRUSTED_ARGS and KF_RCU; lists as observed on Linux
 * 6.18.
 */
public final class BtfTrust {
    /** Flags that make a pointer trusted unless another flag spoils it. */
    private static final int TRUSTED_FLAGS = PtrFlags.ALLOC | PtrFlags.TRUSTED | PtrFlags.NON_OWN_REF;

    private static final int DYNPTR_MARKS = PtrFlags.DYNPTR_PACKET | PtrFlags.DYNPTR_OTHER;

    /** Members as trusted as their parent, by struct. */
    private static final Map<String, Set<String>> TRUSTED = Map.of(
            "bpf_iter_meta", Set.of("seq"),
            "bpf_iter__task", Set.of("meta", "task"),
            "linux_binprm", Set.of("file"),
            "file", Set.of("f_inode"));

    /** Likewise, but perhaps NULL. */
    private static final Map<String, Set<String>> TRUSTED_OR_NULL = Map.of(
            "socket", Set.of("sk"),
            "vm_area_struct", Set.of("vm_mm", "vm_file"),
            "dentry", Set.of("d_inode"));

    /** Members valid within an RCU section. */
    private static final Map<String, Set<String>> RCU = Map.of(
            "task_struct", Set.of("cpus_ptr", "cgroups", "real_parent", "group_leader"),
            "cgroup", Set.of("kn"),
            "css_set", Set.of("dfl_cgrp"),
            "cgroup_subsys_state", Set.of("cgroup"));

    /** Likewise, but perhaps NULL. */
    private static final Map<String, Set<String>> RCU_OR_NULL =
            Map.of("mm_struct", Set.of("exe_file"), "sk_buff", Set.of("sk"), "request_sock", Set.of("sk"));

    private BtfTrust() {}

    /** True when some flag says that the pointer may be bad, whatever the others say. */
    public static boolean hasUnsafeFlags(RegType type) {
        return (type.flags() & ~(TRUSTED_FLAGS | DYNPTR_MARKS)) != 0;
    }

    /** True for a pointer that is certainly valid: referenced, or trusted and nothing else. */
    public static boolean isTrusted(RegState reg) {
        if (reg.refId != 0) {
            return true;
        }
        boolean known = switch (reg.type) {
            case RegType.Socket _, RegType.SockCommon _, RegType.TcpSock _ -> true;
            default -> (reg.type.flags() & TRUSTED_FLAGS) != 0;
        };
        return known && !hasUnsafeFlags(reg.type);
    }

    public static boolean isRcu(RegState reg) {
        return reg.type.has(PtrFlags.RCU);
    }

    /** True where RCU protects what the program reads: non-sleepable code, an explicit section, or under a lock. */
    public static boolean inRcuSection(Walk w) {
        VerifierState s = w.state;
        return s.rcuLock || !s.sleepable || s.activeLock() != null;
    }

    /** True for a pointer that no NULL check is needed for. */
    public static boolean isNeverNull(RegState reg) {
        if (reg.type.maybeNull()) {
            return false;
        }
        return switch (reg.type) {
            case RegType.Socket _,
                    RegType.TcpSock _,
                    RegType.SockCommon _,
                    RegType.MapValue _,
                    RegType.MapKey _,
                    RegType.MapPtr _ -> true;
            case RegType.Mem m -> !m.has(PtrFlags.UNTRUSTED);
            case RegType.BtfPtr _ -> isTrusted(reg);
            default -> false;
        };
    }

    static boolean memberIsTrusted(String struct, String member) {
        return listed(TRUSTED, struct, member);
    }

    static boolean memberIsTrustedOrNull(String struct, String member) {
        return listed(TRUSTED_OR_NULL, struct, member);
    }

    static boolean memberIsRcu(String struct, String member) {
        return listed(RCU, struct, member);
    }

    static boolean memberIsRcuOrNull(String struct, String member) {
        return listed(RCU_OR_NULL, struct, member);
    }

    private static boolean listed(Map<String, Set<String>> list, String struct, String member) {
        Set<String> members = list.get(struct);
        return members != null && members.contains(member);
    }
}
