package dev.skep.verifier.state;

import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;

/**
 * What is known of one register or spilled slot. Immutable: states share it freely.
 *
 * <p><em>Shape</em>: for a scalar, {@code var} is its value and {@code off} the constant distance to the value that
 * {@code id} names ({@code hasDelta}). For a pointer, {@code off} + {@code var} is the distance from the object's base,
 * in bytes.
 */
public final class RegState {
    public static final RegState NOT_INIT =
            new RegState(RegType.NOT_INIT, ScalarValue.UNKNOWN, 0, 0, 0, false, false, false);
    public static final RegState UNKNOWN = scalar(ScalarValue.UNKNOWN);
    public static final RegState ZERO = scalar(ScalarValue.ofConst(0));

    public final RegType type;
    /** Scalar value, or variable part of a pointer's offset. */
    public final ScalarValue var;
    /** Pointers: fixed part of the offset. Scalars with {@code hasDelta}: distance from the linked value. */
    public final int off;
    /** Links copies of one unknown value or pointer; 0 none. */
    public final int id;
    /** The reference that this register carries ({@code ref_obj_id}), 0 none. */
    public final int refId;
    /** Scalars: {@code id} names another value and this one is that plus {@code off}. */
    public final boolean hasDelta;
    /** With {@code hasDelta}: the sum is one of low words, zero-extended. */
    public final boolean delta32;
    /** Scalars: some decision depended on this value. */
    public final boolean precise;

    private RegState(
            RegType type,
            ScalarValue var,
            int off,
            int id,
            int refId,
            boolean hasDelta,
            boolean delta32,
            boolean precise) {
        this.type = type;
        this.var = var;
        this.off = off;
        this.id = id;
        this.refId = refId;
        this.hasDelta = hasDelta;
        this.delta32 = delta32;
        this.precise = precise;
    }

    public static RegState scalar(ScalarValue value) {
        return new RegState(RegType.SCALAR, value, 0, 0, 0, false, false, false);
    }

    public static RegState constant(long value) {
        return value == 0 ? ZERO : scalar(ScalarValue.ofConst(value));
    }

    /** A pointer to the base of its object. */
    public static RegState pointer(RegType type) {
        return new RegState(type, ScalarValue.ofConst(0), 0, 0, 0, false, false, false);
    }

    public static RegState pointer(RegType type, int off, int id, int refId) {
        return new RegState(type, ScalarValue.ofConst(0), off, id, refId, false, false, false);
    }

    public boolean isScalar() {
        return type == RegType.SCALAR;
    }

    public boolean isInit() {
        return type != RegType.NOT_INIT;
    }

    public boolean isPointer() {
        return type instanceof RegType.Pointer;
    }

    /** True for a scalar known to be exactly {@code value}. */
    public boolean isConst(long value) {
        return isScalar() && var.isConst() && var.constValue() == value;
    }

    public boolean isConst() {
        return isScalar() && var.isConst();
    }

    /** The constant zero: what the verifier takes for NULL. */
    public boolean isNull() {
        return isConst(0);
    }

    public RegState withType(RegType t) {
        return t == type ? this : new RegState(t, var, off, id, refId, hasDelta, delta32, precise);
    }

    public RegState withVar(ScalarValue v) {
        return v == var ? this : new RegState(type, v, off, id, refId, hasDelta, delta32, precise);
    }

    public RegState withOff(int o) {
        return o == off ? this : new RegState(type, var, o, id, refId, hasDelta, delta32, precise);
    }

    /** Another id; a delta is dropped. */
    public RegState withId(int i) {
        return i == id && !hasDelta
                ? this
                : new RegState(type, var, hasDelta ? 0 : off, i, refId, false, false, precise);
    }

    /** A scalar that is {@code delta} more than the value {@code i} names. */
    public RegState withDelta(int i, int delta) {
        return new RegState(type, var, delta, i, refId, true, false, precise);
    }

    /** A scalar that is {@code delta} more than the value {@code i} names, added as low words and zero-extended. */
    public RegState withDelta32(int i, int delta) {
        return new RegState(type, var, delta, i, refId, true, true, precise);
    }

    public RegState withRefId(int r) {
        return r == refId ? this : new RegState(type, var, off, id, r, hasDelta, delta32, precise);
    }

    public RegState withPrecise(boolean p) {
        return p == precise ? this : new RegState(type, var, off, id, refId, hasDelta, delta32, p);
    }

    /** Equal in everything, precision included. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof RegState that
                        && off == that.off
                        && id == that.id
                        && refId == that.refId
                        && hasDelta == that.hasDelta
                        && delta32 == that.delta32
                        && precise == that.precise
                        && type.equals(that.type)
                        && var.equals(that.var);
    }

    @Override
    public int hashCode() {
        return type.hashCode() * 31 + var.hashCode() + off * 17 + id;
    }
}
