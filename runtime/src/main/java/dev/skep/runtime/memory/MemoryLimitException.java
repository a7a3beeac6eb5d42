package dev.skep.runtime.memory;

/** A load or map creation that its {@link MemoryAccount}, or the slab, cannot pay for. Programs get -ENOMEM instead. */
public final class MemoryLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String account;
    private final long requested;
    private final long limit;

    public MemoryLimitException(String account, long requested, long used, long limit) {
        super("account " + account + ": memory must stay within the limit: requested=" + requested + " used=" + used
                + " limit=" + limit);
        this.account = account;
        this.requested = requested;
        this.limit = limit;
    }

    /** Name of the account whose limit was met; {@code slab} when the slab itself is full. */
    public String account() {
        return account;
    }

    /** Bytes asked for. */
    public long requested() {
        return requested;
    }

    /** Bytes allowed. */
    public long limit() {
        return limit;
    }
}
