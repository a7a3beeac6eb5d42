package dev.skep.verifier.diag;

import dev.skep.object.spec.MapSpec;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;

/** Registers, slots and whole states as the kernel's log prints them. Source: observed on Linux 6.18. */
public final class StateWriter {
    private static final char[] SLOT_KINDS = {'?', 'r', 'm', '0', 'd', 'i', 'f'};
    private static final int NAME_LENGTH = 15;

    private final StringBuilder out;
    private final String objectName;
    private final boolean allPrecise;
    private boolean first;

    /**
     * Appends to {@code out}.
     *
     * @param objectName prefix of global-data maps
     * @param allPrecise every number is precise: the loader has no CAP_BPF
     */
    public StateWriter(StringBuilder out, String objectName, boolean allPrecise) {
        this.out = out;
        this.objectName = objectName;
        this.allPrecise = allPrecise;
    }

    /** A frame with all its registers and slots, then what the state holds; ends with a newline. */
    public void full(VerifierState state, Frame frame) {
        frame(state, frame, -1, -1);
    }

    /** Only the registers and slots whose bit is set. */
    public void frame(VerifierState state, Frame frame, int regs, long slots) {
        if (frame.number != 0) {
            out.append(" frame").append(frame.number).append(':');
        }
        for (int r = 0; r < 11; r++) {
            RegState reg = frame.regs[r];
            if (reg.isInit() && (regs >>> r & 1) != 0) {
                out.append(" R").append(r).append('=');
                register(reg, frame.number);
            }
        }
        for (int i = 0; i < frame.slotCount(); i++) {
            if ((slots >>> i & 1) != 0) {
                i = slot(frame, i);
            }
        }
        references(state);
        if (frame.inCallback) {
            out.append(" cb");
        }
        if (frame.inAsyncCallback) {
            out.append(" async_cb");
        }
        out.append('\n');
    }

    private void references(VerifierState state) {
        // Locks in directly addressed maps have no number; one that comes first hides all others, as in Linux.
        if (state.references.isEmpty() || state.references.getFirst().id() == 0) {
            return;
        }
        String separator = " refs=";
        for (Reference ref : state.references) {
            if (ref.id() != 0) {
                out.append(separator).append(ref.id());
                separator = ",";
            }
        }
    }

    /** Prints slot {@code i}; returns the last slot printed with it. */
    private int slot(Frame frame, int i) {
        StackSlot slot = frame.slot(i);
        if (slot.kinds == 0) {
            return i;
        }
        switch (slot.kind(0)) {
            case StackSlot.SPILL -> {
                name(i);
                for (int b = 7; b > 0 && slot.kind(b) != StackSlot.SPILL; b--) {
                    out.append(SLOT_KINDS[slot.kind(b)]);
                }
                register(slot.reg, frame.number);
            }
            case StackSlot.DYNPTR -> {
                int low = i + 1;
                name(low);
                dynptr((SlotObject.Dynptr) frame.slot(low).object);
                return low;
            }
            case StackSlot.ITER -> iterator(i, (SlotObject.Iterator) slot.object);
            default -> {
                name(i);
                for (int b = 7; b >= 0; b--) {
                    out.append(SLOT_KINDS[slot.kind(b)]);
                }
            }
        }
        return i;
    }

    private void name(int spi) {
        out.append(" fp").append(-8 * (spi + 1)).append('=');
    }

    private void dynptr(SlotObject.Dynptr dynptr) {
        if (dynptr == null) {
            return;
        }
        out.append("dynptr_").append(dynptr.type().kernelName()).append('(');
        first = true;
        if (dynptr.id() != 0) {
            comma().append("id=").append(dynptr.id());
        }
        if (dynptr.refId() != 0) {
            comma().append("ref_id=").append(dynptr.refId());
        }
        // The kernel prints the "first slot" flag under this name.
        if (dynptr.first()) {
            comma().append("dynptr_id=1");
        }
        out.append(')');
    }

    private void iterator(int spi, SlotObject.Iterator iterator) {
        if (iterator.refId() == 0) {
            return;
        }
        String struct = iterator.btf().type(iterator.typeId()).name();
        name(spi);
        out.append("iter_").append(struct.startsWith("bpf_iter_") ? struct.substring(9) : struct);
        out.append("(ref_id=").append(iterator.refId());
        out.append(",state=").append(iterator.drained() ? "drained" : "active");
        out.append(",depth=").append(iterator.depth()).append(')');
    }

    /** One register, seen from frame {@code frame}. */
    public void register(RegState reg, int frame) {
        RegType type = reg.type;
        ScalarValue var = reg.var;
        if (type == RegType.SCALAR) {
            if (reg.precise || allPrecise) {
                out.append('P');
            }
            if (var.isConst()) {
                signed(var.constValue());
                return;
            }
        }
        out.append(type.kernelName());
        switch (type) {
            case RegType.Arena _ -> {
                return;
            }
            case RegType.Stack stack -> {
                if (stack.frame() != frame) {
                    out.append('[').append(stack.frame()).append(']');
                }
                if (var.isConst()) {
                    signed(var.constValue() + reg.off);
                    return;
                }
            }
            case RegType.BtfPtr btf -> out.append(btf.structName());
            default -> {}
        }
        out.append('(');
        first = true;
        details(reg);
        out.append(')');
    }

    private void details(RegState reg) {
        if (reg.id != 0) {
            comma().append("id=").append(reg.id);
        }
        if (reg.hasDelta) {
            out.append(reg.off < 0 ? "" : "+").append(reg.off);
        }
        if (reg.refId != 0) {
            comma().append("ref_obj_id=").append(reg.refId);
        }
        if (reg.type.has(PtrFlags.NON_OWN_REF)) {
            comma().append("non_own_ref");
        }
        switch (reg.type) {
            case RegType.MapPtr t -> map(t.map(), t.uid());
            case RegType.MapValue t -> map(t.map(), t.uid());
            case RegType.MapKey t -> map(t.map(), t.uid());
            default -> {}
        }
        if (!reg.isScalar() && reg.off != 0) {
            comma().append("off=");
            signed(reg.off);
        }
        switch (reg.type) {
            case RegType.Packet t -> range(t.range());
            case RegType.PacketMeta t -> range(t.range());
            case RegType.Mem t -> {
                comma().append("sz=");
                unsigned(Integer.toUnsignedLong(t.size()));
            }
            case RegType.DynptrPtr t ->
                comma().append("type=").append(t.dynptr().kernelName());
            default -> {}
        }
        offset(reg);
    }

    private void range(int range) {
        comma().append("r=");
        unsigned(range);
    }

    /** Inner maps, known by their number, have no name yet. */
    private void map(MapSpec map, int uid) {
        String name = uid != 0 ? "" : mapName(map.name(), objectName);
        if (!name.isEmpty()) {
            comma().append("map=").append(name);
        }
        comma().append("ks=").append(map.keySize()).append(",vs=").append(map.valueSize());
    }

    /**
     * The name a map has in the kernel: global data gets the object's name in front, all are cut to 15 characters. What
     * a lookup in a map of maps gives has none.
     */
    public static String mapName(String name, String objectName) {
        if (name.endsWith(".inner")) {
            return "";
        }
        String full = name;
        if (name.startsWith(".") && name.indexOf('.', 1) < 0) {
            String prefix = objectName.endsWith(".bpf.o")
                    ? objectName.substring(0, objectName.length() - 6)
                    : objectName.endsWith(".o") ? objectName.substring(0, objectName.length() - 2) : objectName;
            int room = NAME_LENGTH - Math.max(7, name.length());
            full = prefix.substring(0, Math.min(Math.max(room, 0), prefix.length())) + name;
        }
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < full.length() && i < NAME_LENGTH; i++) {
            char c = full.charAt(i);
            clean.append(c < 128 && Character.isLetterOrDigit(c) || c == '.' || c == '_' ? c : '_');
        }
        return clean.toString();
    }

    private void offset(RegState reg) {
        ScalarValue var = reg.var;
        if (var.isConst()) {
            if (var.constValue() != 0) {
                comma().append("imm=");
                signed(var.constValue());
            }
            return;
        }
        ranges(var);
        if (!var.var.isUnknown()) {
            comma().append("var_off=");
            tnum(var.var.value(), var.var.mask());
        }
    }

    private void tnum(long value, long mask) {
        out.append("(0x")
                .append(Long.toHexString(value))
                .append("; 0x")
                .append(Long.toHexString(mask))
                .append(')');
    }

    private static final String[] BOUND_NAMES = {"smin", "smax", "umin", "umax", "smin32", "smax32", "umin32", "umax32"
    };
    private final long[] bounds = new long[8];

    /** Bounds that say something; equal ones of the same side and sign share one number. */
    private void ranges(ScalarValue v) {
        bounds[0] = v.smin;
        bounds[1] = v.smax;
        bounds[2] = v.umin;
        bounds[3] = v.umax;
        bounds[4] = signed32(v.s32min);
        bounds[5] = signed32(v.s32max);
        bounds[6] = Integer.toUnsignedLong(v.u32min);
        bounds[7] = Integer.toUnsignedLong(v.u32max);
        int omitted = (v.smin == Long.MIN_VALUE ? 1 : 0)
                | (v.smax == Long.MAX_VALUE ? 2 : 0)
                | (v.umin == 0 ? 4 : 0)
                | (v.umax == -1 ? 8 : 0)
                | (v.s32min == Integer.MIN_VALUE ? 16 : 0)
                | (v.s32max == Integer.MAX_VALUE ? 32 : 0)
                | (v.u32min == 0 ? 64 : 0)
                | (v.u32max == -1 ? 128 : 0);
        for (int i = 0; i < 8; i++) {
            if ((omitted >> i & 1) != 0) {
                continue;
            }
            comma().append(BOUND_NAMES[i]).append('=');
            boolean negative = isSigned(i) && bounds[i] < 0;
            for (int j = i + 2; j < 8; j += 2) {
                if ((omitted >> j & 1) == 0 && bounds[j] == bounds[i] && (isSigned(j) && bounds[j] < 0) == negative) {
                    omitted |= 1 << j;
                    out.append(BOUND_NAMES[j]).append('=');
                }
            }
            if (isSigned(i)) {
                signed(bounds[i]);
            } else {
                unsigned(bounds[i]);
            }
        }
    }

    private static boolean isSigned(int bound) {
        return (bound & 2) == 0;
    }

    /** 32-bit numbers that print in hex are not sign-extended. */
    private static long signed32(int value) {
        return value >= Short.MIN_VALUE && value <= Short.MAX_VALUE ? value : Integer.toUnsignedLong(value);
    }

    private void signed(long value) {
        if (value >= Short.MIN_VALUE && value <= Short.MAX_VALUE) {
            out.append(value);
        } else {
            out.append("0x").append(Long.toHexString(value));
        }
    }

    private void unsigned(long value) {
        if (value >= 0 && value <= 0xffff) {
            out.append(value);
        } else {
            out.append("0x").append(Long.toHexString(value));
        }
    }

    private StringBuilder comma() {
        if (!first) {
            out.append(',');
        }
        first = false;
        return out;
    }
}
