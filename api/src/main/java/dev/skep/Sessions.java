package dev.skep;

import dev.skep.runtime.Machine;
import dev.skep.runtime.memory.MemoryAccount;
import java.time.Duration;
import java.util.ArrayDeque;

/** Sessions of one object, lent for a run and taken back: as many as threads ever ran at once. */
final class Sessions {
    private final Machine machine;
    private final MemoryAccount account;
    private final Duration deadline;
    private final ArrayDeque<Session> idle = new ArrayDeque<>();
    private int lent;
    private boolean closed;

    Sessions(Machine machine, MemoryAccount account, Duration deadline) {
        this.machine = machine;
        this.account = account;
        this.deadline = deadline;
    }

    Session borrow() {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("object must be open");
            }
            lent++;
            Session session = idle.poll();
            if (session != null) {
                return session;
            }
        }
        try {
            return new Session(machine, account, deadline);
        } catch (RuntimeException e) {
            synchronized (this) {
                lent--;
            }
            throw e;
        }
    }

    synchronized void giveBack(Session session) {
        lent--;
        if (closed) {
            session.close();
        } else {
            idle.push(session);
        }
    }

    /** Number of runs under way. */
    synchronized int lent() {
        return lent;
    }

    /** Lends no more, unless runs are under way: their number. */
    synchronized int closeIfIdle() {
        if (lent == 0) {
            close();
        }
        return lent;
    }

    synchronized void close() {
        closed = true;
        idle.forEach(Session::close);
        idle.clear();
    }
}
