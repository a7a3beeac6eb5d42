package dev.skep.runtime.capture;

import dev.skep.object.ObjectFormatException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The block format: sections, each with a byte order and interfaces of its own; packet blocks name the interface, which
 * knows link type and clock resolution. Blocks of other types are skipped.
 *
 * <p><em>Source</em>: draft-ietf-opsawg-pcapng.
 */
final class PcapNgReader implements CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final int INTERFACE = 1;
    static final int OLD_PACKET = 2;
    static final int SIMPLE_PACKET = 3;
    static final int ENHANCED_PACKET = 6;

    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;

    /** @param perSecond clock ticks per second, unsigned */
    private record Interface(int linkType, int snapLength, long perSecond, long offsetSeconds) {}

    private final Bytes in;
    private final List<Interface> interfaces = new ArrayList<>();
    private long at;
    private long offset;
    private int length;
    private long timestampNanos;
    private int originalLength;
    private int linkType;

    PcapNgReader(Bytes in) {
        this.in = in;
    }

    @Override
    public boolean advance() throws ObjectFormatException {
        while (at < in.size()) {
            in.require(at, 12, "block");
            if (in.u32(at) == SECTION_HEADER) {
                section();
            }
            long start = at;
            int type = in.u32(start);
            long length = in.u32(start + 4) & 0xffff_ffffL;
            if (length < 12 || length % 4 != 0) {
                throw in.error(start + 4, "block length must be a multiple of 4, at least 12: length=" + length);
            }
            in.require(start, length, "block");
            if (in.u32(start + length - 4) != (int) length) {
                throw in.error(start + length - 4, "block must end with its length: length=" + length);
            }
            at = start + length;
            if (block(type, start + 8, length - 12)) {
                return true;
            }
        }
        return false;
    }

    private void section() throws ObjectFormatException {
        in.order(ByteOrder.LITTLE_ENDIAN);
        int magic = in.u32(at + 8);
        if (Integer.reverseBytes(magic) == BYTE_ORDER_MAGIC) {
            in.order(ByteOrder.BIG_ENDIAN);
        } else if (magic != BYTE_ORDER_MAGIC) {
            throw in.error(at + 8, "byte order magic must be 0x1a2b3c4d: magic=0x" + Integer.toHexString(magic));
        }
        interfaces.clear();
    }

    private boolean block(int type, long body, long length) throws ObjectFormatException {
        switch (type) {
            case SECTION_HEADER -> {
                need(body, length, 16);
                if (in.u16(body + 4) != 1) {
                    throw in.error(body + 4, "major version must be 1: version=" + in.u16(body + 4));
                }
            }
            case INTERFACE -> readInterface(body, length);
            case ENHANCED_PACKET -> {
                in.countRecord();
                need(body, length, 20);
                return packet(body, in.u32(body), body + 4, body + 20, length - 20);
            }
            case OLD_PACKET -> {
                in.countRecord();
                need(body, length, 20);
                return packet(body, in.u16(body), body + 4, body + 20, length - 20);
            }
            case SIMPLE_PACKET -> {
                in.countRecord();
                need(body, length, 4);
                Interface from = find(body, 0);
                long original = in.u32(body) & 0xffff_ffffL;
                long captured = from.snapLength == 0 ? original : Math.min(original, from.snapLength & 0xffff_ffffL);
                int believed = in.captured((int) Math.min(captured, Integer.MAX_VALUE), body, length - 4);
                return found(0, body + 4, believed, (int) original, from.linkType);
            }
            default -> {}
        }
        return false;
    }

    private boolean found(long nanos, long start, int bytes, int original, int type) {
        timestampNanos = nanos;
        offset = start;
        length = bytes;
        originalLength = original;
        linkType = type;
        return true;
    }

    private void need(long body, long length, int bytes) throws ObjectFormatException {
        if (length < bytes) {
            throw in.error(body, "block must hold its fixed fields: length=" + length + " need=" + bytes);
        }
    }

    private Interface find(long where, int index) throws ObjectFormatException {
        if (index < 0 || index >= interfaces.size()) {
            throw in.error(
                    where,
                    "interface must be described before its packets: interface=" + Integer.toUnsignedString(index)
                            + " known=" + interfaces.size());
        }
        return interfaces.get(index);
    }

    private boolean packet(long where, int index, long time, long data, long room) throws ObjectFormatException {
        Interface from = find(where, index);
        long ticks = (long) in.u32(time) << 32 | in.u32(time + 4) & 0xffff_ffffL;
        int captured = in.captured(in.u32(time + 8), time + 8, room);
        return found(nanos(from, ticks), data, captured, in.u32(time + 12), from.linkType);
    }

    private static long nanos(Interface from, long ticks) {
        long seconds = Long.divideUnsigned(ticks, from.perSecond);
        long rest = Long.remainderUnsigned(ticks, from.perSecond);
        double fraction = toDouble(rest) / toDouble(from.perSecond) * 1e9;
        long small = from.perSecond > 0 && from.perSecond <= 1_000_000_000L
                ? rest * 1_000_000_000L / from.perSecond
                : (long) fraction;
        return (seconds + from.offsetSeconds) * 1_000_000_000L + small;
    }

    private static double toDouble(long unsigned) {
        return unsigned >= 0 ? unsigned : (unsigned >>> 1) * 2.0;
    }

    private void readInterface(long body, long length) throws ObjectFormatException {
        need(body, length, 8);
        long perSecond = 1_000_000;
        long offset = 0;
        long option = body + 8;
        long end = body + length;
        while (end - option >= 4) {
            int code = in.u16(option);
            int bytes = in.u16(option + 2);
            if (code == 0) {
                break;
            }
            if (bytes > end - option - 4) {
                throw in.error(option, "option must lie in its block: length=" + bytes);
            }
            if (code == OPTION_RESOLUTION && bytes == 1) {
                perSecond = resolution(option + 4);
            } else if (code == OPTION_OFFSET && bytes == 8) {
                offset = offset(option + 4);
            }
            option += 4 + (bytes + 3 & -4);
        }
        interfaces.add(new Interface(in.u16(body), in.u32(body + 4), perSecond, offset));
    }

    private long offset(long at) {
        long first = in.u32(at) & 0xffff_ffffL;
        long second = in.u32(at + 4) & 0xffff_ffffL;
        return in.isLittle() ? second << 32 | first : first << 32 | second;
    }

    private long resolution(long at) throws ObjectFormatException {
        int value = in.u8(at);
        int exponent = value & 0x7f;
        boolean binary = (value & 0x80) != 0;
        if (exponent > (binary ? 63 : 19)) {
            throw in.error(at, "clock resolution must fit 64 bits: resolution=" + value);
        }
        if (binary) {
            return 1L << exponent;
        }
        long ticks = 1;
        for (int i = 0; i < exponent; i++) {
            ticks *= 10;
        }
        return ticks;
    }

    @Override
    public MemorySegment file() {
        return in.segment();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    @Override
    public int linkType() {
        return linkType;
    }
}
