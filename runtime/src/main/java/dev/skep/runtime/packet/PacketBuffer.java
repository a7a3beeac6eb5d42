package dev.skep.runtime.packet;

import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * One packet and its context, reused for packet after packet without allocation.
 *
 * <p><em>Shape</em>: a linear block {@code [head room | metadata | data | tail room]}, then perhaps fragments. Offsets
 * count from the first byte of data over all parts. {@link #context} is what R1 points to; its pointer fields are
 * addresses, and every method that moves data writes them anew.
 *
 * <p>Not safe for two runs at once.
 */
public abstract sealed class PacketBuffer implements AutoCloseable permits XdpBuffer, SkbBuffer {
    protected final Slab slab;
    protected final MemorySegment memory;
    protected final MemoryAccount account;
    private final long contextBlock;
    private final int contextBytes;

    protected long block;
    protected int blockBytes;
    protected long data;
    protected long dataEnd;
    protected long meta;

    protected PacketBuffer(Slab slab, MemoryAccount account, int contextBytes, int blockBytes) {
        this.slab = slab;
        this.memory = slab.memory();
        this.account = account;
        this.contextBytes = contextBytes;
        account.charge((long) contextBytes + blockBytes);
        contextBlock = slab.require(contextBytes);
        block = slab.require(blockBytes);
        slab.hide(block);
        this.blockBytes = blockBytes;
    }

    /** Address of the context struct. */
    public final long context() {
        return contextBlock;
    }

    /** Bytes of the context struct. */
    public final int contextBytes() {
        return contextBytes;
    }

    /** Address of the first byte of data. */
    public final long data() {
        return data;
    }

    /** Address after the last byte of linear data. */
    public final long dataEnd() {
        return dataEnd;
    }

    /** Address of the metadata; equals {@link #data} when there is none. */
    public final long meta() {
        return meta;
    }

    /** Bytes of metadata. */
    public final int metaLength() {
        return (int) (data - meta);
    }

    /** Bytes of linear data. */
    public final int linearLength() {
        return (int) (dataEnd - data);
    }

    /** Bytes of data in all parts. */
    public abstract int length();

    /** The address of a range that lies in one part; 0 when it crosses parts or leaves the packet. */
    public abstract long pointer(long offset, long bytes);

    /** Copies a range of the packet to memory; false when it leaves the packet. */
    public abstract boolean load(long offset, long to, long bytes);

    /** Copies memory to a range of the packet; false when it leaves the packet. */
    public abstract boolean store(long offset, long from, long bytes);

    /** Writes the context's packet pointers and lengths. */
    protected abstract void refresh();

    /** True when [address, address + bytes) lies in packet memory that a program may touch. */
    public boolean owns(long address, long bytes) {
        return address >= meta && address + bytes <= dataEnd
                || address >= contextBlock && address + bytes <= contextBlock + contextBytes;
    }

    /** The packet's bytes, all parts in one. */
    public final byte[] toByteArray() {
        byte[] bytes = new byte[length()];
        copyTo(bytes);
        return bytes;
    }

    /** Copies the packet's bytes out; returns how many there are. */
    public abstract int copyTo(byte[] bytes);

    /** Bytes of the packet from its Ethernet header on, which may lie before its data. */
    public abstract int frameLength();

    /** Copies the packet from its Ethernet header on to {@code at} of a segment. */
    public abstract void copyFrame(MemorySegment to, long at);

    /** A field of the context, zero-extended. */
    public final long contextField(int offset, int bytes) {
        long at = contextBlock + offset;
        return switch (bytes) {
            case 1 -> SlabAccess.load8(memory, at);
            case 2 -> SlabAccess.load16(memory, at);
            case 4 -> SlabAccess.load32(memory, at);
            default -> SlabAccess.load64(memory, at);
        };
    }

    /** Sets a field of the context. */
    public final void contextField(int offset, int bytes, long value) {
        java.util.Objects.checkFromIndexSize(offset, bytes, contextBytes);
        long at = contextBlock + offset;
        switch (bytes) {
            case 1 -> SlabAccess.store8(memory, at, value);
            case 2 -> SlabAccess.store16(memory, at, value);
            case 4 -> SlabAccess.store32(memory, at, value);
            default -> SlabAccess.store64(memory, at, value);
        }
    }

    protected final void clearContext() {
        SlabAccess.fill(memory, contextBlock, contextBytes, (byte) 0);
    }

    /** Replaces the linear block by a larger one; its old content is lost. */
    protected final void enlarge(int bytes) {
        if (bytes <= blockBytes) {
            return;
        }
        account.charge(bytes - blockBytes);
        long larger = slab.allocate(bytes);
        if (larger == 0) {
            account.uncharge(bytes - blockBytes);
            throw slab.full(bytes);
        }
        slab.free(block);
        slab.hide(larger);
        block = larger;
        blockBytes = bytes;
    }

    @Override
    public void close() {
        slab.free(contextBlock);
        slab.free(block);
        account.uncharge((long) contextBytes + blockBytes);
    }
}
