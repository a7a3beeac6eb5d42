package dev.skep.runtime.capture;

/**
 * One captured packet.
 *
 * @param timestampNanos since 1970; 0 when the file does not say
 * @param data the bytes captured; not copied
 * @param originalLength bytes that the packet had on the wire, at least as many as captured as a rule
 * @param linkType link layer: {@link #ETHERNET} and others of the tcpdump registry
 */
public record CaptureRecord(long timestampNanos, byte[] data, int originalLength, int linkType) {
    /** LINKTYPE_ETHERNET. */
    public static final int ETHERNET = 1;
    /** LINKTYPE_RAW: an IP packet without a link layer. */
    public static final int RAW_IP = 101;

    /** A whole Ethernet packet. */
    public static CaptureRecord ethernet(long timestampNanos, byte[] data) {
        return new CaptureRecord(timestampNanos, data, data.length, ETHERNET);
    }
}
