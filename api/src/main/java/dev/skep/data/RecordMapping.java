package dev.skep.data;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A Java type matched by name to a BTF type: a record to a struct (component {@code srcPort} to member {@code srcPort}
 * or {@code src_port}), or a primitive wrapper, {@link String} or {@code byte[]} to a value of its kind.
 *
 * <p><em>Errors</em>: {@link #of} throws {@link IllegalArgumentException} naming the component that has no member, or
 * whose kind differs.
 *
 * @param <T> the Java type
 */
public final class RecordMapping<T> {
    private final Class<T> javaType;
    private final Btf btf;
    private final int typeId;
    private final Constructor<T> constructor;
    private final RecordComponent[] components;
    private final String[] members;

    private RecordMapping(
            Class<T> javaType,
            Btf btf,
            int typeId,
            Constructor<T> constructor,
            RecordComponent[] components,
            String[] members) {
        this.javaType = javaType;
        this.btf = btf;
        this.typeId = typeId;
        this.constructor = constructor;
        this.components = components;
        this.members = members;
    }

    /** Matches {@code javaType} with type {@code typeId} of {@code btf}. */
    public static <T> RecordMapping<T> of(Class<T> javaType, Btf btf, int typeId) {
        if (!javaType.isRecord()) {
            return new RecordMapping<>(javaType, btf, typeId, null, null, null);
        }
        if (!(btf.resolved(typeId) instanceof BtfType.Struct struct)) {
            throw new IllegalArgumentException(
                    "a record maps to a struct: record=" + javaType.getName() + " type=" + btf.resolved(typeId));
        }
        RecordComponent[] components = javaType.getRecordComponents();
        String[] members = new String[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            members[i] = memberFor(btf, struct, components[i].getName());
            if (members[i] == null) {
                throw new IllegalArgumentException("record component without a member: component="
                        + components[i].getName() + " struct=" + struct.name());
            }
            types[i] = components[i].getType();
        }
        try {
            Constructor<T> constructor = javaType.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new RecordMapping<>(javaType, btf, typeId, constructor, components, members);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "record without its canonical constructor: record=" + javaType.getName(), e);
        }
    }

    private static String memberFor(Btf btf, BtfType.Struct struct, String component) {
        String snake = component.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        for (BtfType.Member m : struct.members()) {
            if (m.name().equals(component) || m.name().equals(snake)) {
                return m.name();
            }
            if (m.name().isEmpty() && btf.resolved(m.type()) instanceof BtfType.Struct inner) {
                String found = memberFor(btf, inner, component);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** The value in {@code bytes}. */
    public T read(ByteBuffer bytes) {
        Object tree = BtfDecoder.decode(btf, typeId, bytes);
        return javaType.cast(convert(tree, javaType));
    }

    private Object convert(Object value, Class<?> wanted) {
        if (wanted.isRecord() && wanted == javaType && value instanceof Map<?, ?> map) {
            Object[] args = new Object[components.length];
            for (int i = 0; i < args.length; i++) {
                args[i] = nested(map.get(members[i]), components[i].getType(), members[i]);
            }
            try {
                return constructor.newInstance(args);
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("record cannot be made: record=" + javaType.getName(), e);
            }
        }
        return nested(value, wanted, "");
    }

    private Object nested(Object value, Class<?> wanted, String member) {
        if (value instanceof Map<?, ?> && wanted.isRecord()) {
            if (btf.resolved(typeId) instanceof BtfType.Struct s) {
                for (BtfType.Member m : s.members()) {
                    if (m.name().equals(member)) {
                        return fromTree(of(wanted, btf, m.type()), value);
                    }
                }
            }
        }
        return scalar(value, wanted);
    }

    private static <U> Object fromTree(RecordMapping<U> mapping, Object tree) {
        return mapping.convert(tree, mapping.javaType);
    }

    private static Object scalar(Object value, Class<?> wanted) {
        if (value instanceof Number n) {
            if (wanted == long.class || wanted == Long.class) {
                return n.longValue();
            }
            if (wanted == int.class || wanted == Integer.class) {
                return n.intValue();
            }
            if (wanted == short.class || wanted == Short.class) {
                return n.shortValue();
            }
            if (wanted == byte.class || wanted == Byte.class) {
                return n.byteValue();
            }
            if (wanted == boolean.class || wanted == Boolean.class) {
                return n.longValue() != 0;
            }
            if (wanted == double.class || wanted == Double.class) {
                return n.doubleValue();
            }
        }
        if (value instanceof Boolean b && (wanted == boolean.class || wanted == Boolean.class)) {
            return b;
        }
        if (value instanceof byte[] raw && wanted == String.class) {
            int end = 0;
            while (end < raw.length && raw[end] != 0) {
                end++;
            }
            return new String(raw, 0, end, java.nio.charset.StandardCharsets.UTF_8);
        }
        if (value == null || wanted.isInstance(value) || wanted == Object.class) {
            return value;
        }
        if (wanted == String.class) {
            return value.toString();
        }
        throw new IllegalArgumentException(
                "no conversion: from=" + value.getClass().getSimpleName() + " to=" + wanted.getName());
    }

    /** The bytes of a value: for map keys and values. Little-endian, zero where the record has no component. */
    public byte[] write(T value) {
        long size = btf.sizeOf(typeId);
        if (size < 0) {
            throw new IllegalArgumentException("type without a size: type=" + btf.resolved(typeId));
        }
        ByteBuffer out = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        put(btf, out, typeId, 0, value);
        return out.array();
    }

    private static void put(Btf btf, ByteBuffer out, int typeId, int at, Object value) {
        switch (btf.resolved(typeId)) {
            case BtfType.Int i -> putInteger(out, at, i.size(), number(value));
            case BtfType.Enum e -> putInteger(out, at, e.size(), enumNumber(e, value));
            case BtfType.Pointer _ -> putInteger(out, at, 8, number(value));
            case BtfType.Struct s -> putStruct(btf, out, s, at, value);
            case BtfType.Array a -> putArray(btf, out, a, at, value);
            case null, default ->
                throw new IllegalArgumentException("type cannot be written: type=" + btf.resolved(typeId));
        }
    }

    private static long number(Object value) {
        return switch (value) {
            case Number n -> n.longValue();
            case Boolean b -> b ? 1 : 0;
            case Character c -> c;
            case null, default -> throw new IllegalArgumentException("a number is needed: value=" + value);
        };
    }

    private static long enumNumber(BtfType.Enum e, Object value) {
        String name = value instanceof java.lang.Enum<?> j ? j.name() : value instanceof String s ? s : null;
        if (name == null) {
            return number(value);
        }
        for (BtfType.Enumerator v : e.values()) {
            if (v.name().equals(name)) {
                return v.value();
            }
        }
        throw new IllegalArgumentException("no such enumerator: enum=" + e.name() + " name=" + name);
    }

    private static void putInteger(ByteBuffer out, int at, int size, long value) {
        for (int i = 0; i < size; i++) {
            out.put(at + i, (byte) (i < 8 ? value >> (8 * i) : value >> 63));
        }
    }

    private static void putStruct(Btf btf, ByteBuffer out, BtfType.Struct s, int at, Object value) {
        if (value == null || !value.getClass().isRecord()) {
            throw new IllegalArgumentException("a record is needed: struct=" + s.name() + " value=" + value);
        }
        for (RecordComponent c : value.getClass().getRecordComponents()) {
            String name = memberFor(btf, s, c.getName());
            BtfType.Member member = null;
            for (BtfType.Member m : s.members()) {
                if (m.name().equals(name)) {
                    member = m;
                }
            }
            if (member == null || member.bitFieldSize() > 0) {
                throw new IllegalArgumentException(
                        "component cannot be written: component=" + c.getName() + " struct=" + s.name());
            }
            try {
                c.getAccessor().setAccessible(true);
                put(
                        btf,
                        out,
                        member.type(),
                        at + member.offsetBits() / 8,
                        c.getAccessor().invoke(value));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("component cannot be read: component=" + c.getName(), e);
            }
        }
    }

    private static void putArray(Btf btf, ByteBuffer out, BtfType.Array a, int at, Object value) {
        int size = (int) btf.sizeOf(a.elementType());
        byte[] raw = value instanceof byte[] b
                ? b
                : value instanceof String s ? s.getBytes(java.nio.charset.StandardCharsets.UTF_8) : null;
        if (raw != null && size == 1) {
            out.put(at, raw, 0, Math.min(raw.length, a.count()));
            return;
        }
        if (!(value instanceof List<?> list) || list.size() > a.count()) {
            throw new IllegalArgumentException(
                    "a list of at most " + a.count() + " elements is needed: value=" + value);
        }
        for (int i = 0; i < list.size(); i++) {
            put(btf, out, a.elementType(), at + i * size, list.get(i));
        }
    }
}
