package dev.skep;

import dev.skep.data.BtfDecoder;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.memory.SlabAccess;
import java.nio.ByteBuffer;

/** A variable of {@code .data}, {@code .bss} or {@code .rodata} of a loaded object, shared with its programs. */
public final class GlobalVariable {
    /** Where a variable lies in its section. */
    record Place(String name, int typeId, int offset, int size) {}

    private final Btf btf;
    private final Place place;
    private final ArrayMap section;
    private final java.lang.foreign.MemorySegment memory;

    GlobalVariable(Btf btf, Place place, ArrayMap section, java.lang.foreign.MemorySegment memory) {
        this.btf = btf;
        this.place = place;
        this.section = section;
        this.memory = memory;
    }

    static Place find(Btf btf, MapSpec map, String name) {
        if (!ObjectLoader.isSection(btf, map) || !(btf.type(map.valueTypeId()) instanceof BtfType.DataSection data)) {
            return null;
        }
        for (BtfType.SectionVariable v : data.variables()) {
            if (btf.type(v.type()) instanceof BtfType.Variable variable
                    && variable.name().equals(name)) {
                return new Place(name, variable.type(), v.offset(), v.size());
            }
        }
        return null;
    }

    static void write(Btf btf, Place place, byte[] section, Object value) {
        byte[] bytes = bytes(btf, place, value);
        System.arraycopy(bytes, 0, section, place.offset(), bytes.length);
    }

    private static byte[] bytes(Btf btf, Place place, Object value) {
        switch (value) {
            case byte[] raw
            when raw.length <= place.size() -> {
                return raw;
            }
            case Number n
            when place.size() <= 8 -> {
                return word(n.longValue(), place.size());
            }
            case Boolean b
            when place.size() <= 8 -> {
                return word(b ? 1 : 0, place.size());
            }
            default ->
                throw new IllegalArgumentException("variable " + place.name() + ": value does not fit: type="
                        + btf.resolved(place.typeId()) + " value=" + value);
        }
    }

    private static byte[] word(long value, int size) {
        byte[] out = new byte[size];
        for (int i = 0; i < size; i++) {
            out[i] = (byte) (value >> 8 * i);
        }
        return out;
    }

    public String name() {
        return place.name();
    }

    /** Its value now, decoded by its type; see {@link BtfDecoder}. */
    public Object get() {
        byte[] bytes = new byte[place.size()];
        SlabAccess.get(memory, section.base() + place.offset(), bytes, 0, bytes.length);
        return BtfDecoder.decode(btf, place.typeId(), ByteBuffer.wrap(bytes));
    }

    /** Its value as a number. */
    public long asLong() {
        return get() instanceof Number n ? n.longValue() : 0;
    }

    /**
     * Sets it, for programs to see at once.
     *
     * @param value an integer, a boolean, or raw bytes
     * @throws IllegalStateException for constants, which only load options can set
     */
    public void set(Object value) {
        if (section.isFrozen()) {
            throw new IllegalStateException("variable " + place.name() + ": constants are set through load options");
        }
        byte[] bytes = bytes(btf, place, value);
        SlabAccess.put(memory, section.base() + place.offset(), bytes, 0, bytes.length);
    }
}
