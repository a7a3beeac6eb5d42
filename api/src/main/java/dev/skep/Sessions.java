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
            Session session = idle.poll();
            if (session != null) {
                return session;
            }
        }
        return new Session(machine, account, deadline);
    }

    synchronized void giveBack(Session session) {
        if (closed) {
            session.close();
        } else {
            idle.push(session);
        }
    }

    synchronized void close() {
        closed = true;
        idle.forEach(Session::close);
        idle.clear();
    }
}
