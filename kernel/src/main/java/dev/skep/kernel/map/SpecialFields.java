package dev.skep.kernel.map;

import dev.skep.kernel.map.SpecialField.Kind;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;

/** The special fields of map values and allocated objects, found once and kept. Safe for use by many threads. */
public final class SpecialFields {
    private static final int KEPT_STRUCTS = 512;

    private static final Set<Kind> IN_VALUES = EnumSet.complementOf(EnumSet.of(Kind.LIST_NODE, Kind.RB_NODE));
    private static final Set<Kind> IN_OBJECTS = EnumSet.of(
            Kind.SPIN_LOCK,
            Kind.RES_SPIN_LOCK,
            Kind.LIST_HEAD,
            Kind.LIST_NODE,
            Kind.RB_ROOT,
            Kind.RB_NODE,
            Kind.REFCOUNT,
            Kind.KPTR_UNREF,
            Kind.KPTR_REF,
            Kind.KPTR_PERCPU);

    private final Btf kernel;
    private final Map<MapSpec, List<SpecialField>> byMap = Collections.synchronizedMap(new WeakHashMap<>());
    private final Map<Struct, List<SpecialField>> byStruct =
            Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Struct, List<SpecialField>> eldest) {
                    return size() > KEPT_STRUCTS;
                }
            });

    /** A struct in one set of types. */
    private record Struct(Btf btf, int id) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Struct that && that.btf == btf && that.id == id;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(btf) + id;
        }
    }

    /** Targets of kptrs are looked up in the kernel's types first. */
    public SpecialFields(Btf kernel) {
        this.kernel = Objects.requireNonNull(kernel);
    }

    /** By offset; empty for values without types, and where the map's type does not support one of the fields. */
    public List<SpecialField> of(MapSpec map) {
        List<SpecialField> fields = byMap.get(map);
        if (fields == null) {
            fields = find(map);
            byMap.put(map, fields);
        }
        return fields;
    }

    private List<SpecialField> find(MapSpec map) {
        if (map.valueTypeId() <= 0 || map.type() == null) {
            return List.of();
        }
        List<SpecialField> fields = new SpecialFieldFinder(kernel, map.btf(), IN_VALUES)
                .find(map.valueTypeId(), Integer.toUnsignedLong(map.valueSize()));
        return fields.stream().allMatch(field -> supports(map.type(), field.kind())) ? fields : List.of();
    }

    /** The fields of a struct that programs allocate, by offset. */
    public List<SpecialField> of(Btf btf, int structId) {
        Struct key = new Struct(btf, structId);
        List<SpecialField> fields = byStruct.get(key);
        if (fields == null) {
            SpecialFieldFinder finder = new SpecialFieldFinder(kernel, btf, IN_OBJECTS);
            fields = btf.type(structId) instanceof BtfType.Struct struct && finder.hasDirectField(struct)
                    ? finder.find(structId, Integer.toUnsignedLong(struct.size()))
                    : List.of();
            byStruct.put(key, fields);
        }
        return fields;
    }

    /** True when values of this map type may hold the field; else the kernel refuses to make the map with its types. */
    public static boolean supports(MapType map, Kind kind) {
        return switch (kind) {
            case SPIN_LOCK, RES_SPIN_LOCK ->
                switch (map) {
                    case HASH, ARRAY, CGROUP_STORAGE, SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> true;
                    default -> false;
                };
            case TIMER, WORKQUEUE, TASK_WORK -> map == MapType.HASH || map == MapType.LRU_HASH || map == MapType.ARRAY;
            case LIST_HEAD, RB_ROOT -> map == MapType.HASH || map == MapType.LRU_HASH || map == MapType.ARRAY;
            case KPTR_UNREF, KPTR_REF, KPTR_PERCPU, REFCOUNT ->
                switch (map) {
                    case HASH,
                            PERCPU_HASH,
                            LRU_HASH,
                            LRU_PERCPU_HASH,
                            ARRAY,
                            PERCPU_ARRAY,
                            SK_STORAGE,
                            INODE_STORAGE,
                            TASK_STORAGE,
                            CGRP_STORAGE -> true;
                    default -> false;
                };
            case UPTR -> map == MapType.TASK_STORAGE;
            case LIST_NODE, RB_NODE -> false;
        };
    }
}
