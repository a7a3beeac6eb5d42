package dev.skep.runtime;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Things by a small number, from 1 on. Reads take no lock. Numbers are not used twice. */
final class Registry<T> {
    private volatile T[] items;
    private int last;

    Registry(T[] items) {
        this.items = items;
    }

    synchronized int add(T item) {
        int id = ++last;
        T[] now = items;
        if (id >= now.length) {
            now = Arrays.copyOf(now, 2 * now.length);
        }
        now[id] = item;
        items = now;
        return id;
    }

    T get(int id) {
        T[] now = items;
        return id > 0 && id < now.length ? now[id] : null;
    }

    synchronized void remove(int id) {
        T[] now = items.clone();
        now[id] = null;
        items = now;
    }

    /** The first thing that a test holds for, or null. */
    T find(Predicate<? super T> test) {
        for (T item : items) {
            if (item != null && test.test(item)) {
                return item;
            }
        }
        return null;
    }

    void forEach(Consumer<? super T> action) {
        for (T item : items) {
            if (item != null) {
                action.accept(item);
            }
        }
    }
}
