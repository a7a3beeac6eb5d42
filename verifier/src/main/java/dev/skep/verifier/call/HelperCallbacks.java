package dev.skep.verifier.call;

import dev.skep.kernel.DynptrType;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** The helpers that call back, and what their callbacks receive. */
public final class HelperCallbacks {
    private static final int ENOTSUPP = 524;

    private HelperCallbacks() {}

    static void queue(Walk w, CallMeta meta) {
        int callback = meta.subprogram;
        switch (meta.id) {
            case HelperId.LOOP -> loop(w, callback);
            case HelperId.FOR_EACH_MAP_ELEM -> forEach(w, callback, meta);
            case HelperId.FIND_VMA ->
                CallbackCall.sync(w, callback, 0, 1, (caller, callee) -> {
                    int vma = w.kernel.btf().find("vm_area_struct", BtfType.Struct.class);
                    callee.regs[1] = caller.regs[1];
                    callee.regs[2] = RegState.pointer(new RegType.BtfPtr(0, w.kernel.btf(), vma));
                    callee.regs[3] = caller.regs[4];
                });
            case HelperId.USER_RINGBUF_DRAIN ->
                CallbackCall.sync(w, callback, 0, 1, (caller, callee) -> {
                    callee.regs[1] = constDynptr(w);
                    callee.regs[2] = caller.regs[3];
                });
            case HelperId.TIMER_SET_CALLBACK ->
                CallbackCall.async(
                        w, callback, false, (caller, callee) -> mapElement(w, callee, meta.map, meta.mapUid));
            default -> throw new IllegalStateException("no callback: " + meta.name);
        }
    }

    /** A bounded loop stops entering the callback after as many rounds as it can have. */
    private static void loop(Walk w, int callback) {
        noteFlags(w, callback);
        if (!w.reg(1).isScalar()) {
            // A count that is a pointer trips up Linux's own bookkeeping; the program is refused with these words.
            throw w.reject(Reject.EFAULT, "verifier bug: backtracking misuse");
        }
        w.explore.markPrecise(1);
        Frame f = w.frame();
        if (Long.compareUnsigned(f.callbackDepth, w.reg(1).var.umax) < 0) {
            CallbackCall.sync(w, callback, 0, 1, (caller, callee) -> {
                callee.regs[1] = RegState.UNKNOWN;
                callee.regs[2] = caller.regs[3];
            });
        } else {
            f.callbackDepth = 0;
            if (w.log.level2()) {
                w.print("frame%d bpf_loop iteration limit reached", f.number);
            }
        }
    }

    /**
     * The kernel inlines a loop whose flags are 0 on every path and whose callback is always the same; so the flags
     * decide something.
     */
    private static void noteFlags(Walk w, int callback) {
        Integer before = w.loopCallbacks.get(w.insn);
        if (before != null && before < 0) {
            return;
        }
        boolean zero = w.reg(4).isNull();
        if (zero) {
            w.explore.markPrecise(4);
        }
        w.loopCallbacks.put(w.insn, zero && (before == null || before == callback) ? callback : -1);
    }

    private static void forEach(Walk w, int callback, CallMeta meta) {
        MapType type = meta.map.type();
        boolean iterable = switch (type) {
            case HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY, LRU_HASH, LRU_PERCPU_HASH -> true;
            case null, default -> false;
        };
        CallbackCall.requireRoom(w);
        if (!iterable) {
            throw w.reject(ENOTSUPP, "callback function not allowed for map");
        }
        CallbackCall.sync(w, callback, 0, 1, (caller, callee) -> {
            mapElement(w, callee, meta.map, meta.mapUid);
            callee.regs[4] = caller.regs[3];
        });
    }

    /** R1 to R3: the map, a key and its value. */
    public static void mapElement(Walk w, Frame callee, MapSpec map, int uid) {
        callee.regs[1] = RegState.pointer(new RegType.MapPtr(0, map, uid));
        callee.regs[2] = RegState.pointer(new RegType.MapKey(0, map, uid));
        callee.regs[3] = RegState.pointer(new RegType.MapValue(0, map, uid));
    }

    /** A dynptr that the callee may read and write through, but not change or release. */
    static RegState constDynptr(Walk w) {
        return RegState.pointer(new RegType.DynptrPtr(0, DynptrType.LOCAL, 0)).withId(w.nextId());
    }
}
