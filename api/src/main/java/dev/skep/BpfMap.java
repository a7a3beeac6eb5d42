package dev.skep;

import dev.skep.data.RecordMapping;
import dev.skep.object.spec.MapSpec;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A map as Java values. Reads copy; changes are seen by programs at once.
 *
 * @param <K> Java type of the keys
 * @param <V> Java type of the values
 */
public final class BpfMap<K, V> {
    private final dev.skep.runtime.map.BpfMap map;
    private final RecordMapping<K> keys;
    private final RecordMapping<V> values;

    BpfMap(dev.skep.runtime.map.BpfMap map, Class<K> keyType, Class<V> valueType) {
        MapSpec spec = map.spec();
        if (spec.keyTypeId() == 0 || spec.valueTypeId() == 0) {
            throw new IllegalArgumentException("map " + spec.name() + ": has no BTF types: use rawMap");
        }
        this.map = map;
        this.keys = RecordMapping.of(keyType, spec.btf(), spec.keyTypeId());
        this.values = RecordMapping.of(valueType, spec.btf(), spec.valueTypeId());
    }

    public String name() {
        return map.name();
    }

    public Optional<V> get(K key) {
        byte[] value = map.get(keys.write(key));
        return value == null ? Optional.empty() : Optional.of(values.read(ByteBuffer.wrap(value)));
    }

    /**
     * Sets or replaces.
     *
     * @throws MapException when the map refuses, with Linux's error number
     */
    public void put(K key, V value) {
        long result = map.put(keys.write(key), values.write(value), dev.skep.runtime.map.BpfMap.ANY);
        if (result < 0) {
            throw new MapException(name(), "update", (int) -result);
        }
    }

    /** True when there was such an entry. */
    public boolean remove(K key) {
        return map.remove(keys.write(key)) == 0;
    }

    /** Visits every entry. Entries that programs add or remove meanwhile may or may not be seen. */
    public void forEach(BiConsumer<? super K, ? super V> action) {
        for (byte[] key = map.nextKey(null); key != null; key = map.nextKey(key)) {
            byte[] value = map.get(key);
            if (value != null) {
                action.accept(keys.read(ByteBuffer.wrap(key)), values.read(ByteBuffer.wrap(value)));
            }
        }
    }
}
