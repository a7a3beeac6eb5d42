package dev.skep.runtime.helper;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.SpinLock;
import dev.skep.runtime.memory.SlabAccess;

/** Helpers on the special fields of map values: locks, timers, kptrs; and on per-CPU objects. */
public final class FieldHelpers {
    private static final long TIMER_ABSOLUTE = 1;
    private static final long TIMER_FLAGS = 3;

    private FieldHelpers() {}

    static void register() {
        add(93, "bpf_spin_lock", "lock", FieldHelpers::lock);
        add(94, "bpf_spin_unlock", "unlock", FieldHelpers::unlock);
        add(169, "bpf_timer_init", "timerInit", FieldHelpers::timerInit);
        add(170, "bpf_timer_set_callback", "timerCallback", FieldHelpers::timerCallback);
        add(171, "bpf_timer_start", "timerStart", FieldHelpers::timerStart);
        add(172, "bpf_timer_cancel", "timerCancel", FieldHelpers::timerCancel);
        add(194, "bpf_kptr_xchg", "exchange", FieldHelpers::exchange);
        add(153, "bpf_per_cpu_ptr", "perCpu", FieldHelpers::perCpu);
        add(154, "bpf_this_cpu_ptr", "thisCpu", FieldHelpers::thisCpu);
        add(195, "bpf_map_lookup_percpu_elem", "lookupPerCpu", FieldHelpers::lookupPerCpu);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, FieldHelpers.class, method, function);
    }

    public static long lock(RunContext cx, long lock, long r2, long r3, long r4, long r5) {
        cx.lock(lock);
        return 0;
    }

    public static long unlock(RunContext cx, long lock, long r2, long r3, long r4, long r5) {
        cx.unlocked(lock);
        SpinLock.unlock(cx.memory(), lock);
        return 0;
    }

    /** Start of the map value that a field lies in. */
    public static long valueOf(BpfMap map, long field, SpecialField.Kind kind) {
        for (SpecialField f : map.shape().fields()) {
            if (f.kind() == kind && map.ownsValue(field - f.offset(), map.valueSize())) {
                return field - f.offset();
            }
        }
        return field;
    }

    /** Clocks: 0 real time, 1 monotonic, 7 since boot. */
    public static long timerInit(RunContext cx, long timer, long map, long clock, long r4, long r5) {
        if (clock != 0 && clock != 1 && clock != 7) {
            return -Errno.EINVAL;
        }
        BpfMap owner = cx.map(map);
        return cx.machine().timers().init(owner, timer, valueOf(owner, timer, SpecialField.Kind.TIMER));
    }

    public static long timerCallback(RunContext cx, long timer, long callback, long r3, long r4, long r5) {
        return cx.machine().timers().callback(timer, callback);
    }

    public static long timerStart(RunContext cx, long timer, long nanos, long flags, long r4, long r5) {
        if ((flags & ~TIMER_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        boolean absolute = (flags & TIMER_ABSOLUTE) != 0;
        return cx.machine().timers().start(timer, absolute ? nanos - cx.host().monotonicNanos() : nanos);
    }

    public static long timerCancel(RunContext cx, long timer, long r2, long r3, long r4, long r5) {
        return cx.machine().timers().cancel(timer);
    }

    public static long exchange(RunContext cx, long slot, long object, long r3, long r4, long r5) {
        cx.objects().disown(object);
        return cx.objects().own(SlabAccess.exchange64(cx.memory(), slot, object));
    }

    /** A CPU's copy of a per-CPU object or kernel variable; 0 when there is no such CPU. */
    public static long perCpu(RunContext cx, long object, long cpu, long r3, long r4, long r5) {
        long n = cpu & 0xffff_ffffL;
        return n >= cx.machine().cpus()
                ? 0
                : object + n * cx.machine().objects().stride(object);
    }

    public static long thisCpu(RunContext cx, long object, long r2, long r3, long r4, long r5) {
        return perCpu(cx, object, cx.cpu(), 0, 0, 0);
    }

    public static long lookupPerCpu(RunContext cx, long map, long key, long cpu, long r4, long r5) {
        long n = cpu & 0xffff_ffffL;
        return n >= cx.machine().cpus() ? 0 : cx.map(map).lookup(key, (int) n);
    }
}
