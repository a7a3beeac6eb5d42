package dev.skep.verifier.call.arg;

import dev.skep.kernel.map.SpecialField;
import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** A timer in a map value; the map is remembered, for the argument that names it again and for the callback. */
public final class TimerArg {
    private TimerArg() {}

    public static void require(Walk w, int reg, CallMeta meta) {
        field(w, reg, SpecialField.Kind.TIMER, meta);
    }

    /** The same for work queues and task work. */
    public static void field(Walk w, int reg, SpecialField.Kind kind, CallMeta meta) {
        FieldArg.require(w, reg, kind);
        RegType.MapValue v = (RegType.MapValue) w.reg(reg).type;
        meta.map = v.map();
        meta.mapUid = v.uid();
    }
}
