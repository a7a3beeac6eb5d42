package dev.skep.conformance.engines;

import dev.skep.runtime.Host;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a run finds outside of its program: clocks, random numbers, who runs, where memory lies, what the stack held
 * before. All follows from a number, so that two engines can be given the same world; a result that changes from world
 * to world is not the program's own.
 */
final class World implements Host {
    /** Distances between calls of the clock. */
    private static final long STEP = 1_001;

    private final int number;
    private final SplittableRandom random;
    private final AtomicLong clock;

    World(int number) {
        this.number = number;
        random = new SplittableRandom(number);
        clock = new AtomicLong(1_000_000_000_000L + new SplittableRandom(~number).nextLong(1L << 50));
    }

    /** Bytes to put before everything else in memory. */
    long padding() {
        return 4096L * number + 16 * (number % 7);
    }

    /** What the stack and the memory of rings hold before a run. */
    byte litter() {
        return (byte) (number * 0x35);
    }

    @Override
    public long monotonicNanos() {
        return clock.addAndGet(STEP);
    }

    @Override
    public long wallNanos() {
        return 1_700_000_000_000_000_000L + clock.addAndGet(STEP);
    }

    @Override
    public synchronized int random() {
        return random.nextInt();
    }

    @Override
    public long currentPidTgid() {
        return (1000L + number) << 32 | 1000L + number;
    }

    @Override
    public long currentUidGid() {
        return 0;
    }

    @Override
    public String currentCommand() {
        return "world" + number;
    }

    @Override
    public long currentCgroupId() {
        return 1 + 17L * number;
    }
}
