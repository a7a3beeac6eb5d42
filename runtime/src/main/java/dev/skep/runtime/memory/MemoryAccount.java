package dev.skep.runtime.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Who pays for memory: a tree of accounts, each with a limit. A charge counts at the account and at all its ancestors,
 * or nowhere. Safe for many threads, without locks.
 *
 * <p><em>Units</em>: bytes as asked for, without the allocator's rounding.
 */
public final class MemoryAccount {
    private final String name;
    private final MemoryAccount parent;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();
    private volatile long limit;

    private MemoryAccount(String name, MemoryAccount parent, long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be >= 0: limit=" + limit);
        }
        this.name = name;
        this.parent = parent;
        this.limit = limit;
    }

    /** A new root without a limit. */
    public static MemoryAccount unlimited(String name) {
        return new MemoryAccount(name, null, Long.MAX_VALUE);
    }

    /** A new root with a limit. */
    public static MemoryAccount limited(String name, long limit) {
        return new MemoryAccount(name, null, limit);
    }

    /** A new account whose charges also count here. */
    public MemoryAccount child(String childName, long childLimit) {
        return new MemoryAccount(childName, this, childLimit);
    }

    public String name() {
        return name;
    }

    /** Null for a root. */
    public MemoryAccount parent() {
        return parent;
    }

    public long limit() {
        return limit;
    }

    /** Sets the limit. Lowering it below {@link #used} takes nothing back; it only stops further charges. */
    public void limit(long newLimit) {
        if (newLimit < 0) {
            throw new IllegalArgumentException("limit must be >= 0: limit=" + newLimit);
        }
        limit = newLimit;
    }

    public long used() {
        return used.get();
    }

    /** The most that was ever used at once. */
    public long peak() {
        return peak.get();
    }

    /** Charges this account and its ancestors; false, and no charge at all, when one of them cannot pay. */
    public boolean tryCharge(long bytes) {
        return chargeUpwards(bytes) == null;
    }

    /**
     * Charges this account and its ancestors.
     *
     * @throws MemoryLimitException naming the account that cannot pay
     */
    public void charge(long bytes) {
        MemoryAccount broke = chargeUpwards(bytes);
        if (broke != null) {
            throw new MemoryLimitException(broke.name, bytes, broke.used(), broke.limit);
        }
    }

    /** Takes a charge back. */
    public void uncharge(long bytes) {
        for (MemoryAccount a = this; a != null; a = a.parent) {
            a.used.addAndGet(-bytes);
        }
    }

    private MemoryAccount chargeUpwards(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must be >= 0: bytes=" + bytes);
        }
        for (MemoryAccount a = this; a != null; a = a.parent) {
            if (!a.chargeHere(bytes)) {
                for (MemoryAccount paid = this; paid != a; paid = paid.parent) {
                    paid.used.addAndGet(-bytes);
                }
                return a;
            }
        }
        for (MemoryAccount a = this; a != null; a = a.parent) {
            a.notePeak();
        }
        return null;
    }

    private boolean chargeHere(long bytes) {
        while (true) {
            long now = used.get();
            if (bytes > limit - now) {
                return false;
            }
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    private void notePeak() {
        long now = used.get();
        long old = peak.get();
        while (now > old && !peak.compareAndSet(old, now)) {
            old = peak.get();
        }
    }

    @Override
    public String toString() {
        return name + ": used=" + used() + " limit=" + limit;
    }
}
