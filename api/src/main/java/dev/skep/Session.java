package dev.skep;

import dev.skep.runtime.Machine;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.time.Duration;

/** What one run at a time needs: a context and packet buffers, made when first used. */
final class Session {
    final RunContext context;
    private final Machine machine;
    private final MemoryAccount account;
    private XdpBuffer xdp;
    private SkbBuffer skb;
    private long block;
    private int blockBytes;

    Session(Machine machine, MemoryAccount account, Duration deadline) {
        this.machine = machine;
        this.account = account;
        context = machine.newContext();
        if (!deadline.isZero()) {
            context.limitNanos(deadline.toNanos());
        }
    }

    XdpBuffer xdp() {
        if (xdp == null) {
            xdp = new XdpBuffer(machine.slab(), account);
        }
        return xdp;
    }

    SkbBuffer skb() {
        if (skb == null) {
            skb = new SkbBuffer(machine.slab(), account);
        }
        return skb;
    }

    /** A block of at least this size, for contexts given as bytes. */
    long block(int bytes) {
        if (bytes > blockBytes) {
            freeBlock();
            account.charge(bytes);
            blockBytes = bytes;
            block = machine.slab().require(bytes);
        }
        return block;
    }

    void close() {
        context.close();
        if (xdp != null) {
            xdp.close();
        }
        if (skb != null) {
            skb.close();
        }
        freeBlock();
    }

    private void freeBlock() {
        machine.slab().free(block);
        account.uncharge(blockBytes);
        block = 0;
        blockBytes = 0;
    }
}
