package dev.skep.kernel.context;

import dev.skep.object.uapi.AttachType;

/** {@code struct xdp_md}. Only programs in a device map see the egress device. */
final class XdpContext {
    private static final FieldTable IN_DEVMAP = FieldTable.of("xdp_md", 24, """
          0 data word packet
          4 data_end word end
          8 data_meta word meta
         12 ingress_ifindex word
         16 rx_queue_index word
         20 egress_ifindex word
        """);
    private static final FieldTable PLAIN = IN_DEVMAP.without("egress_ifindex");

    private XdpContext() {}

    static ContextLayout of(AttachType attach) {
        return attach == AttachType.XDP_DEVMAP ? IN_DEVMAP : PLAIN;
    }
}
