package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.SlabAccess;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Timers, work queues and task work: callbacks of programs that run later, on one thread per machine that starts with
 * the first of them.
 *
 * <p><em>Shape</em>: what a map value holds is {@code u64 1} once the timer is made; the rest of it is here, by the
 * timer's address. A callback gets the map, the element's key and its value.
 */
public final class TimerService implements AutoCloseable {
    private static final int KEY_AT = 4032;

    private final Machine machine;
    private final Map<Long, Timer> timers = new ConcurrentHashMap<>();
    private ScheduledThreadPoolExecutor executor;
    private RunContext context;
    private volatile ProgramFault lastFault;

    public TimerService(Machine machine) {
        this.machine = machine;
    }

    private static final class Timer {
        final BpfMap map;
        final long value;
        final ReentrantLock running = new ReentrantLock();
        volatile long callback;
        ScheduledFuture<?> pending;

        Timer(BpfMap map, long value) {
            this.map = map;
            this.value = value;
        }
    }

    /**
     * Makes a timer.
     *
     * @param value start of the map value that holds it
     * @return 0, or -EBUSY when it is made already
     */
    public long init(BpfMap map, long timer, long value) {
        if (SlabAccess.compareExchange64(machine.slab().memory(), timer, 0, 1) != 0) {
            return -Errno.EBUSY;
        }
        timers.put(timer, new Timer(map, value));
        return 0;
    }

    /** Sets the subprogram to call; -EINVAL before {@link #init}. */
    public long callback(long timer, long callback) {
        Timer t = timers.get(timer);
        if (t == null) {
            return -Errno.EINVAL;
        }
        t.callback = callback;
        return 0;
    }

    /** Arms a timer, anew if it is armed; -EINVAL before it has a callback. */
    public long start(long timer, long delayNanos) {
        Timer t = timers.get(timer);
        if (t == null || t.callback == 0) {
            return -Errno.EINVAL;
        }
        try {
            synchronized (t) {
                if (t.pending != null) {
                    t.pending.cancel(false);
                }
                t.pending = executor().schedule(() -> fire(timer, t), Math.max(delayNanos, 0), TimeUnit.NANOSECONDS);
            }
            return 0;
        } catch (RejectedExecutionException _) {
            return -Errno.EINVAL;
        }
    }

    /** Disarms a timer and waits for its callback: 1 when it was armed, 0 when not; -EDEADLK from its own callback. */
    public long cancel(long timer) {
        Timer t = timers.get(timer);
        if (t == null) {
            return -Errno.EINVAL;
        }
        if (t.running.isHeldByCurrentThread()) {
            return -Errno.EDEADLK;
        }
        boolean armed;
        synchronized (t) {
            armed = t.pending != null && t.pending.cancel(false);
            t.pending = null;
        }
        t.running.lock();
        t.running.unlock();
        return armed ? 1 : 0;
    }

    /** Ends the timer at an address, if there is one: its map value goes. */
    public void release(long timer) {
        Timer t = timers.remove(timer);
        SlabAccess.store64(machine.slab().memory(), timer, 0);
        if (t != null) {
            synchronized (t) {
                if (t.pending != null) {
                    t.pending.cancel(false);
                }
            }
        }
    }

    /** The fault that the last failed callback ended with, or null. */
    public ProgramFault lastFault() {
        return lastFault;
    }

    private void fire(long address, Timer t) {
        t.running.lock();
        try {
            synchronized (t) {
                t.pending = null;
            }
            LoadedProgram program = machine.program(LoadedProgram.programOf(t.callback));
            if (timers.get(address) != t || program == null) {
                return;
            }
            RunContext cx = context();
            program.runSubprogram(cx, LoadedProgram.slotOf(t.callback), t.map.address(), key(cx, t), t.value);
        } catch (ProgramFault fault) {
            lastFault = fault;
        } finally {
            t.running.unlock();
        }
    }

    private long key(RunContext cx, Timer t) {
        if (t.map instanceof ArrayMap array) {
            long key = cx.scratch() + KEY_AT;
            SlabAccess.store32(cx.memory(), key, (t.value - array.base()) / array.stride());
            return key;
        }
        return t.value - (t.map.keySize() + 7 & -8);
    }

    private synchronized ScheduledThreadPoolExecutor executor() {
        if (executor == null) {
            executor = new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("skep-timers").factory());
            executor.setRemoveOnCancelPolicy(true);
            executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }
        return executor;
    }

    private RunContext context() {
        if (context == null) {
            context = machine.newContext();
        }
        return context;
    }

    /** Ends all timers and waits for the callback that runs. */
    @Override
    public void close() {
        ScheduledThreadPoolExecutor running;
        synchronized (this) {
            running = executor;
        }
        if (running != null) {
            running.shutdownNow();
            try {
                running.awaitTermination(10, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
