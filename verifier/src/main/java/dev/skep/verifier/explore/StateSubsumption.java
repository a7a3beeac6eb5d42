package dev.skep.verifier.explore;

import dev.skep.verifier.cfg.ProgramLayout;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;
import java.util.Objects;

/**
 * Decides whether an older state covers the current one: whatever can happen from here was already walked from there.
 *
 * <p>Nothing here allocates: the walk compares states far more often than it does anything else. Source: Linux 6.18,
 * verifier log and behaviour as documented.
 */
final class StateSubsumption {
    /** How strict a comparison is. */
    enum Mode {
        /** The old state is finished: its liveness and precision marks are final and apply. */
        FINISHED,
        /** Marks may still be missing: every live value of the current state must be in range of the old one. */
        RANGE_WITHIN,
        /** Everything equal but for the choice of ids. */
        EXACT
    }

    private static final RegState IMPRECISE_UNKNOWN = RegState.UNKNOWN;
    private static final RegState PRECISE_UNKNOWN = RegState.UNKNOWN.withPrecise(true);

    private final Walk walk;
    private final ProgramLayout layout;
    private final RegState unknown;
    /** Numbers count even where none of them decided anything. */
    private final boolean exactNumbers;

    private final IdMap ids = new IdMap();

    StateSubsumption(Walk walk) {
        this.walk = walk;
        this.layout = walk.layout;
        this.exactNumbers = walk.claims != null && walk.claims.coversNumbers();
        this.unknown = walk.bpfCapable ? IMPRECISE_UNKNOWN : PRECISE_UNKNOWN;
    }

    boolean covers(VerifierState old, VerifierState current, Mode mode) {
        int frames = old.frames.size();
        if (frames != current.frames.size()
                || old.speculative && !current.speculative
                || old.sleepable != current.sleepable) {
            return false;
        }
        ids.reset(walk.lastId());
        if (!sameHoldings(old, current)) {
            return false;
        }
        for (int f = 0; f < frames; f++) {
            Frame o = old.frames.get(f);
            Frame c = current.frames.get(f);
            if (o.callSite != c.callSite || !frameCovers(o, c, layout.liveRegs(old.insnOf(f)), mode)) {
                return false;
            }
        }
        return true;
    }

    private boolean sameHoldings(VerifierState old, VerifierState current) {
        int held = old.references.size();
        if (held != current.references.size()
                || old.preemptDepth != current.preemptDepth
                || old.rcuLock != current.rcuLock
                || !ids.match(old.activeIrqId, current.activeIrqId)) {
            return false;
        }
        for (int i = 0; i < held; i++) {
            Reference o = old.references.get(i);
            Reference c = current.references.get(i);
            if (!ids.match(o.id(), c.id()) || o.kind() != c.kind()) {
                return false;
            }
            if (o.isLock() && (o.target() != c.target() || !ids.match(o.targetId(), c.targetId()))) {
                return false;
            }
        }
        return true;
    }

    private boolean frameCovers(Frame old, Frame current, int live, Mode mode) {
        if (old.callbackDepth > current.callbackDepth) {
            return false;
        }
        RegState[] o = old.regs;
        RegState[] c = current.regs;
        for (int r = 0; r < 10; r++) {
            if ((live >>> r & 1) != 0 && !registerCovers(o[r], c[r], mode)) {
                return false;
            }
        }
        return stackCovers(old, current, mode);
    }

    private boolean registerCovers(RegState old, RegState current, Mode mode) {
        if (old == current && old.id == 0 && old.refId == 0) {
            return true;
        }
        if (mode == Mode.EXACT) {
            return identical(old, current);
        }
        if (old.type == RegType.NOT_INIT && (mode == Mode.FINISHED || current.type == RegType.NOT_INIT)) {
            return true;
        }
        return switch (old.type) {
            case RegType.Scalar _ -> current.type == RegType.SCALAR && scalarCovers(old, current, mode);
            case RegType.MapValue _, RegType.MapKey _, RegType.Mem _, RegType.Buf _, RegType.TpBuffer _ ->
                old.type.equals(current.type)
                        && old.off == current.off
                        && inRange(old.var, current.var)
                        && ids.match(old.id, current.id)
                        && ids.match(old.refId, current.refId);
            case RegType.Packet o ->
                current.type instanceof RegType.Packet c
                        && o.flags() == c.flags()
                        && packetCovers(old, o.range(), current, c.range());
            case RegType.PacketMeta o ->
                current.type instanceof RegType.PacketMeta c
                        && o.flags() == c.flags()
                        && packetCovers(old, o.range(), current, c.range());
            case RegType.Arena o -> o.equals(current.type);
            default -> identical(old, current);
        };
    }

    private boolean scalarCovers(RegState old, RegState current, Mode mode) {
        if (walk.masksDiffer) {
            return old.off == current.off
                    && old.var.equals(current.var)
                    && ids.matchScalar(IdMap.key(old), IdMap.key(current));
        }
        if (!old.precise && walk.bpfCapable && mode == Mode.FINISHED && !exactNumbers) {
            return true;
        }
        boolean linked = old.id != 0;
        if (linked && (old.hasDelta != current.hasDelta || old.hasDelta && !sameDistance(old, current))) {
            return false;
        }
        // the ids themselves, not keys: a value and that value plus a constant must stay tied to each other
        return inRange(old.var, current.var) && ids.matchScalar(old.id, current.id);
    }

    private static boolean sameDistance(RegState a, RegState b) {
        return a.off == b.off && a.delta32 == b.delta32;
    }

    private boolean packetCovers(RegState old, int oldRange, RegState current, int range) {
        if (oldRange < 0 || range < 0 ? oldRange != range : oldRange > range) {
            return false;
        }
        return old.off == current.off && ids.match(old.id, current.id) && inRange(old.var, current.var);
    }

    private static boolean inRange(ScalarValue old, ScalarValue current) {
        return old == current || current.isSubsetOf(old);
    }

    /** Equal but for the choice of ids. */
    private boolean identical(RegState old, RegState current) {
        return old.type.equals(current.type)
                && old.off == current.off
                && (old.var == current.var || old.var.equals(current.var))
                && ids.match(IdMap.key(old), IdMap.key(current))
                && ids.match(old.refId, current.refId);
    }

    private boolean stackCovers(Frame old, Frame current, Mode mode) {
        int slots = old.slotCount();
        if (mode != Mode.FINISHED && slots > current.slotCount()) {
            return false;
        }
        for (int i = 0; i < slots; i++) {
            StackSlot o = old.slot(i);
            StackSlot c = current.slot(i);
            if (mode != Mode.FINISHED && o.kinds != c.kinds) {
                return false;
            }
            if (o.kinds != 0 && !slotCovers(o, c, i < current.slotCount(), mode)) {
                return false;
            }
        }
        return true;
    }

    /** @param reached the current frame has used its stack at least this deep */
    private boolean slotCovers(StackSlot old, StackSlot current, boolean reached, Mode mode) {
        if (old == current && old.reg == null && old.object == null) {
            return true;
        }
        boolean anyMatters = false;
        for (int b = 7; b >= 0; b--) {
            int kind = old.kind(b);
            if (kind != StackSlot.INVALID && !(kind == StackSlot.MISC && walk.allowUninitStack)) {
                anyMatters = true;
                break;
            }
        }
        if (!anyMatters) {
            return true;
        }
        if (!reached) {
            return false;
        }
        RegState o = asScalar(old);
        RegState c = asScalar(current);
        if (o != null && c != null) {
            return registerCovers(o, c, mode);
        }
        for (int b = 7; b >= 0; b--) {
            int kind = old.kind(b);
            int now = current.kind(b);
            if (kind == StackSlot.INVALID
                    || kind == StackSlot.MISC && (walk.allowUninitStack || now == StackSlot.ZERO)) {
                continue;
            }
            if (kind != now) {
                return false;
            }
        }
        return switch (old.kind(0)) {
            case StackSlot.SPILL -> registerCovers(old.reg, current.reg, mode);
            case StackSlot.DYNPTR, StackSlot.ITER, StackSlot.IRQ_FLAG -> objectCovers(old.object, current.object);
            default -> true;
        };
    }

    /** The slot as the scalar that an 8-byte load would give, null when it is not one. */
    private RegState asScalar(StackSlot slot) {
        if (slot.isFullSpill()) {
            return slot.reg.isScalar() ? slot.reg : null;
        }
        for (int b = 0; b < 8; b++) {
            int kind = slot.kind(b);
            if (kind != StackSlot.MISC && !(kind == StackSlot.INVALID && walk.allowUninitStack)) {
                return null;
            }
        }
        return unknown;
    }

    private boolean objectCovers(SlotObject old, SlotObject current) {
        return switch (old) {
            case SlotObject.Dynptr o ->
                current instanceof SlotObject.Dynptr c
                        && o.type() == c.type()
                        && o.first() == c.first()
                        && o.extent().frame() == c.extent().frame()
                        && o.extent().slots() == c.extent().slots()
                        && o.extent().readOnly() == c.extent().readOnly()
                        && ids.match(o.extent().owner(), c.extent().owner())
                        && ids.match(o.refId(), c.refId());
            case SlotObject.Iterator o ->
                current instanceof SlotObject.Iterator c
                        && o.btf() == c.btf()
                        && o.typeId() == c.typeId()
                        && o.drained() == c.drained()
                        && ids.match(o.refId(), c.refId());
            case SlotObject.IrqFlag o ->
                current instanceof SlotObject.IrqFlag c && ids.match(o.refId(), c.refId()) && o.lock() == c.lock();
            case null -> current == null;
        };
    }

    /** A cheap first test for EXACT: the current frames' registers are the very same, ids included. */
    static boolean sameRegisters(VerifierState old, VerifierState current) {
        if (old.frames.size() != current.frames.size()) {
            return false;
        }
        RegState[] o = old.frame().regs;
        RegState[] c = current.frame().regs;
        for (int r = 0; r < 11; r++) {
            if (o[r] != c[r] && !sameButPrecision(o[r], c[r])) {
                return false;
            }
        }
        return true;
    }

    static boolean sameButPrecision(RegState a, RegState b) {
        return a.off == b.off
                && a.id == b.id
                && a.refId == b.refId
                && a.hasDelta == b.hasDelta
                && a.type.equals(b.type)
                && Objects.equals(a.var, b.var);
    }

    /** True when some active iterator has gone round a different number of times. */
    static boolean iteratorDepthsDiffer(VerifierState old, VerifierState current) {
        for (int f = 0; f < old.frames.size(); f++) {
            Frame o = old.frames.get(f);
            Frame c = current.frames.get(f);
            for (int i = 0; i < o.slotCount(); i++) {
                if (o.slot(i).object instanceof SlotObject.Iterator a
                        && !a.drained()
                        && c.slot(i).object instanceof SlotObject.Iterator b
                        && a.depth() != b.depth()) {
                    return true;
                }
            }
        }
        return false;
    }

    static boolean sameCallSites(VerifierState a, VerifierState b) {
        int frames = a.frames.size();
        if (frames != b.frames.size()) {
            return false;
        }
        for (int f = 0; f < frames; f++) {
            if (a.frames.get(f).callSite != b.frames.get(f).callSite) {
                return false;
            }
        }
        return true;
    }
}
