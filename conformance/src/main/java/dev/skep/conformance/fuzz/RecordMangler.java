package dev.skep.conformance.fuzz;

import dev.skep.conformance.random.Rng;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies of records with something changed somewhere inside: numbers, names, members of lists and maps, enum constants.
 */
final class RecordMangler {
    private static final String[] NAMES = {
        "", "x", "bpf_spin_lock", "bpf_timer", "task_struct", "exception_callback:x", "\u0000", "a.b/c"
    };
    private static final int MAX_LIST = 64;
    /** About as many types as a kernel has. */
    private static final int KERNEL_TYPES = 160_000;

    private final Rng rng;

    RecordMangler(Rng rng) {
        this.rng = rng;
    }

    /** A copy with one component changed; the record itself when the new one is refused. */
    <R extends Record> R mangle(R record) {
        RecordComponent[] parts = record.getClass().getRecordComponents();
        if (parts.length == 0) {
            return record;
        }
        return with(record, parts[rng.below(parts.length)].getName());
    }

    /** A copy with that component changed. */
    @SuppressWarnings("unchecked")
    <R extends Record> R with(R record, String component) {
        RecordComponent[] parts = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        Object[] values = new Object[parts.length];
        try {
            for (int i = 0; i < parts.length; i++) {
                types[i] = parts[i].getType();
                Object value = parts[i].getAccessor().invoke(record);
                values[i] = parts[i].getName().equals(component) ? changed(value) : value;
            }
            return (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException refused) {
            return record;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object changed(Object value) {
        return switch (value) {
            case null -> null;
            case Integer n -> number(n);
            case Long n -> rng.chance(0.5) ? n ^ 1L << rng.below(64) : rng.value();
            case Boolean b -> !b;
            case String _ -> NAMES[rng.below(NAMES.length)];
            // numbers that this version does not know
            case MapType _ when rng.chance(0.3) -> null;
            case AttachType _ when rng.chance(0.3) -> null;
            case Enum<?> e ->
                e.getDeclaringClass()
                        .getEnumConstants()[rng.below(e.getDeclaringClass().getEnumConstants().length)];
            case byte[] b -> java.util.Arrays.copyOf(b, rng.below(b.length + 9));
            case List<?> l -> list(l);
            case Map<?, ?> m -> map(m);
            case BpfCode c -> BpfCode.of(new CodeMangler(rng).mangle(c.toSlots()));
            case Btf b -> types(b);
            case Record r -> mangle(r);
            default -> value;
        };
    }

    private int number(int n) {
        return switch (rng.below(6)) {
            case 5 -> rng.below(KERNEL_TYPES);
            case 0 -> n + 1;
            case 1 -> n - 1;
            case 2 -> n ^ 1 << rng.below(32);
            case 3 -> rng.below(40);
            default -> rng.imm();
        };
    }

    private List<Object> list(List<?> items) {
        List<Object> out = new ArrayList<>(items);
        if (out.isEmpty()) {
            return out;
        }
        int at = rng.below(out.size());
        switch (rng.below(6)) {
            case 0 -> out.remove(at);
            case 1 -> out.add(rng.below(out.size() + 1), out.get(at));
            case 2 -> java.util.Collections.swap(out, at, rng.below(out.size()));
            case 3 -> {
                while (out.size() > at && out.size() > 1) {
                    out.removeLast();
                }
            }
            default -> {
                for (int n = Math.min(out.size(), 1 + rng.below(MAX_LIST)); n > 0; n--) {
                    int i = rng.below(out.size());
                    out.set(i, changed(out.get(i)));
                }
            }
        }
        return out;
    }

    private Map<Object, Object> map(Map<?, ?> entries) {
        Map<Object, Object> out = new HashMap<>(entries);
        if (out.isEmpty() || rng.chance(0.3)) {
            out.put(rng.below(64), NAMES[rng.below(NAMES.length)]);
        } else {
            Object key = new ArrayList<>(out.keySet()).get(rng.below(out.size()));
            out.put(key, changed(out.get(key)));
        }
        return out;
    }

    /** The same types by hand, some of them changed. */
    private Btf types(Btf btf) {
        List<BtfType> out = new ArrayList<>();
        for (int id = btf.firstId(); id < btf.size(); id++) {
            out.add(btf.type(id));
        }
        if (out.isEmpty() || out.size() > 10_000) {
            return btf;
        }
        for (int n = 1 + rng.below(4); n > 0; n--) {
            int at = rng.below(out.size());
            out.set(at, rng.chance(0.2) ? out.get(rng.below(out.size())) : (BtfType) mangle((Record) out.get(at)));
        }
        return new Btf(btf.base(), out);
    }
}
