package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.MapType;
import java.util.List;

/**
 * One map declared in {@code .maps}: a struct whose members are attributes. Numbers are written as array lengths,
 * {@code int (*max_entries)[64]}; types as pointers, {@code struct key *key}.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/map_*.rst; libbpf's {@code __uint}, {@code __type}, {@code __array} and
 * {@code __ulong}.
 */
final class MapDefinitionReader {
    private static final int PAGE = 4096;

    private final ObjectParts parts;
    private final Btf btf;
    private final String name;
    private int type;
    private int keySize;
    private int valueSize;
    private int maxEntries;
    private int flags;
    private long mapExtra;
    private int numaNode;
    private int pinning;
    private int keyTypeId;
    private int valueTypeId;
    private MapSpec inner;

    private MapDefinitionReader(ObjectParts parts, Btf btf, String name) {
        this.parts = parts;
        this.btf = btf;
        this.name = name;
    }

    static MapSpec read(ObjectParts parts, Btf btf, String name, BtfType.Struct definition)
            throws ObjectFormatException {
        return new MapDefinitionReader(parts, btf, name).read(definition, false);
    }

    private MapSpec read(BtfType.Struct definition, boolean isInner) throws ObjectFormatException {
        List<BtfType.Member> members = definition.members();
        for (int i = 0; i < members.size(); i++) {
            attribute(members.get(i), isInner, i == members.size() - 1);
        }
        if (type == 0) {
            throw fail("type", "map must have a type");
        }
        MapType known = MapType.ofId(type);
        if (known == MapType.RINGBUF || known == MapType.USER_RINGBUF) {
            maxEntries = ringSize(maxEntries);
        }
        return new MapSpec(
                name,
                known,
                type,
                keySize,
                valueSize,
                maxEntries,
                flags,
                mapExtra,
                inner,
                btf,
                keyTypeId,
                valueTypeId,
                null,
                false,
                pinning,
                numaNode,
                "",
                List.of());
    }

    private void attribute(BtfType.Member m, boolean isInner, boolean last) throws ObjectFormatException {
        switch (m.name()) {
            case "type" -> type = number(m);
            case "max_entries" -> maxEntries = number(m);
            case "map_flags" -> flags = number(m);
            case "numa_node" -> numaNode = number(m);
            case "map_extra" -> mapExtra = longNumber(m);
            case "key_size" -> keySize = agree(m, keySize, number(m));
            case "value_size" -> valueSize = agree(m, valueSize, number(m));
            case "key" -> {
                keyTypeId = pointee(m);
                keySize = agree(m, keySize, size(m, keyTypeId));
            }
            case "value" -> {
                valueTypeId = pointee(m);
                valueSize = agree(m, valueSize, size(m, valueTypeId));
            }
            case "values" -> values(m, isInner, last);
            case "pinning" -> {
                pinning = number(m);
                if (isInner || pinning < 0 || pinning > 1) {
                    throw fail(m.name(), "pinning must be 0 or 1, and absent in inner maps: pinning=" + pinning);
                }
            }
            default -> throw fail(m.name(), "attribute must be known");
        }
    }

    private void values(BtfType.Member m, boolean isInner, boolean last) throws ObjectFormatException {
        boolean mapOfMaps = type == MapType.ARRAY_OF_MAPS.id() || type == MapType.HASH_OF_MAPS.id();
        boolean progArray = type == MapType.PROG_ARRAY.id();
        if (isInner || !last || !mapOfMaps && !progArray) {
            throw fail(m.name(), "values must come last, in a prog array or an outermost map of maps: type=" + type);
        }
        valueSize = agree(m, valueSize, 4);
        if (!(btf.type(m.type()) instanceof BtfType.Array array)
                || array.count() != 0
                || !(btf.resolved(array.elementType()) instanceof BtfType.Pointer pointer)) {
            throw fail(m.name(), "values must be an array of pointers without length");
        }
        BtfType target = btf.resolved(pointer.type());
        if (progArray) {
            if (!(target instanceof BtfType.FunctionProto)) {
                throw fail(m.name(), "values of a prog array must be functions");
            }
            return;
        }
        if (!(target instanceof BtfType.Struct definition) || definition.isUnion()) {
            throw fail(m.name(), "values of a map of maps must be map definitions");
        }
        inner = new MapDefinitionReader(parts, btf, name + ".inner").read(definition, true);
    }

    private int number(BtfType.Member m) throws ObjectFormatException {
        if (btf.resolved(m.type()) instanceof BtfType.Pointer p && btf.type(p.type()) instanceof BtfType.Array a) {
            return a.count();
        }
        throw fail(m.name(), "number must be written as a pointer to an array");
    }

    private long longNumber(BtfType.Member m) throws ObjectFormatException {
        if (btf.resolved(m.type()) instanceof BtfType.Enum e) {
            if (e.values().size() != 1) {
                throw fail(
                        m.name(),
                        "long number must be an enum of one value: values="
                                + e.values().size());
            }
            return e.values().get(0).value();
        }
        return Integer.toUnsignedLong(number(m));
    }

    private int pointee(BtfType.Member m) throws ObjectFormatException {
        if (btf.type(m.type()) instanceof BtfType.Pointer p) {
            return p.type();
        }
        throw fail(m.name(), "type must be written as a pointer");
    }

    private int size(BtfType.Member m, int id) throws ObjectFormatException {
        long size = btf.sizeOf(id);
        if (size < 0) {
            throw fail(m.name(), "type must have a size: id=" + id);
        }
        return (int) size;
    }

    private int agree(BtfType.Member m, int before, int now) throws ObjectFormatException {
        if (before != 0 && before != now) {
            throw fail(m.name(), "sizes must agree: " + before + "=" + now);
        }
        return now;
    }

    /**
     * Ring sizes are rounded up to a power of two of pages; 0 and what cannot be rounded is left to the kernel's
     * judgement.
     */
    private static int ringSize(int bytes) {
        long size = Integer.toUnsignedLong(bytes);
        if (size == 0) {
            return 0;
        }
        long rounded = PAGE;
        while (rounded < size) {
            rounded *= 2;
        }
        return rounded >>> 32 == 0 ? (int) rounded : bytes;
    }

    private ObjectFormatException fail(String attribute, String rule) {
        return parts.fail(".maps", "map " + name + ": " + attribute + ": " + rule);
    }
}
