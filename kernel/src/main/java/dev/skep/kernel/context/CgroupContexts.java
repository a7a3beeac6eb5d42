package dev.skep.kernel.context;

import dev.skep.object.uapi.AttachType;

/** Contexts of cgroup programs that are not about packets: devices, sysctls, socket options. */
final class CgroupContexts {
    static final FieldTable DEVICE = FieldTable.of("bpf_cgroup_dev_ctx", 12, """
          0 access_type parts
          4 major word
          8 minor word
        """);

    static final FieldTable SYSCTL = FieldTable.of("bpf_sysctl", 8, """
          0 write parts
          4 file_pos parts/word
        """);

    private static final FieldTable SETSOCKOPT = FieldTable.of("bpf_sockopt", 40, """
          0 sk long sock
          8 optval long packet
         16 optval_end long end
         24 level word/word
         28 optname word/word
         32 optlen word/word
        """);
    private static final FieldTable GETSOCKOPT =
            SETSOCKOPT.readOnly("level", "optname").and("36 retval word/word");

    private CgroupContexts() {}

    static ContextLayout sockopt(AttachType attach) {
        return attach == AttachType.CGROUP_GETSOCKOPT ? GETSOCKOPT : SETSOCKOPT;
    }
}
