package dev.skep.object.spec;

import dev.skep.object.btf.Btf;
import dev.skep.object.uapi.MapType;

/**
 * One map as the object declares it.
 *
 * <p><em>Shape</em>: identity is by reference: two programs of an object share the map when they hold the same spec.
 *
 * @param name the C name ({@code .rodata} and its kin: the section's name, as libbpf's bpf_map__name without the
 *     object prefix)
 * @param typeId the raw map type number; {@code type} is null when the number is unknown
 * @param keySize bytes
 * @param valueSize bytes
 * @param maxEntries entries; bytes for ring buffers, pages for arenas
 * @param flags BPF_F_* creation flags
 * @param mapExtra the type-specific 64-bit extra
 * @param inner the template of the maps held, for maps of maps; else null
 * @param btf types of key and value; {@link Btf#EMPTY} if the map has none
 * @param keyTypeId id of the key type in {@code btf}, 0 if none
 * @param valueTypeId id of the value type in {@code btf}, 0 if none
 * @param contents initial contents of the single value of a global-data map ({@code .rodata}, {@code .data}, {@code
 *     .bss}, {@code .kconfig}), of a struct_ops value, or of an arena's first pages; else null. May be shorter than
 *     the value: the rest is zero ({@code .bss} has no bytes at all)
 * @param frozen contents can never change ({@code .rodata}, {@code .kconfig})
 * @param pinning 0 none, 1 by name
 * @param numaNode 0 unless given
 * @param structOpsTypeName for struct_ops maps: the kernel struct's name, else ""
 * @param slots declared values of a prog array or map of maps ({@code values = {...}}): target names, "" where empty.
 *     For struct_ops maps: the program of each member of the object's struct, "" where there is none
 */
public record MapSpec(
        String name,
        MapType type,
        int typeId,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        long mapExtra,
        MapSpec inner,
        Btf btf,
        int keyTypeId,
        int valueTypeId,
        byte[] contents,
        boolean frozen,
        int pinning,
        int numaNode,
        String structOpsTypeName,
        java.util.List<String> slots) {
    /** Programs may not write ({@code BPF_F_RDONLY_PROG}). */
    public static final int F_NO_PREALLOC = 1;

    public static final int F_NUMA_NODE = 1 << 2;
    public static final int F_RDONLY = 1 << 3;
    public static final int F_WRONLY = 1 << 4;
    public static final int F_RDONLY_PROG = 1 << 7;
    public static final int F_WRONLY_PROG = 1 << 8;
    public static final int F_MMAPABLE = 1 << 10;
    public static final int F_INNER_MAP = 1 << 12;
    /** Linux 6.19: a ring buffer whose new records take the place of the oldest. */
    public static final int F_RB_OVERWRITE = 1 << 19;

    public static final int F_LINK = 1 << 13;

    /** A plain map without types, initial contents or inner map. */
    public static MapSpec of(String name, MapType type, int keySize, int valueSize, int maxEntries) {
        return new MapSpec(
                name,
                type,
                type.id(),
                keySize,
                valueSize,
                maxEntries,
                0,
                0,
                null,
                Btf.EMPTY,
                0,
                0,
                null,
                false,
                0,
                0,
                "",
                java.util.List.of());
    }

    public MapSpec withMaxEntries(int entries) {
        return copy(entries, flags, inner, btf, keyTypeId, valueTypeId, contents, frozen);
    }

    public MapSpec withFlags(int newFlags) {
        return copy(maxEntries, newFlags, inner, btf, keyTypeId, valueTypeId, contents, frozen);
    }

    /** The same map with other initial contents (options that set {@code .rodata} before load). */
    public MapSpec withContents(byte[] bytes) {
        return copy(maxEntries, flags, inner, btf, keyTypeId, valueTypeId, bytes, frozen);
    }

    /** The same map, whose contents nobody changes any more once it is loaded. */
    public MapSpec asFrozen() {
        return copy(maxEntries, flags, inner, btf, keyTypeId, valueTypeId, contents, true);
    }

    /** The same map with types for its keys and values, ids in {@code types}. */
    public MapSpec withTypes(Btf types, int keyId, int valueId) {
        return copy(maxEntries, flags, inner, types, keyId, valueId, contents, frozen);
    }

    /** The same map of maps, with another template for them. */
    public MapSpec withInner(MapSpec template) {
        return copy(maxEntries, flags, template, btf, keyTypeId, valueTypeId, contents, frozen);
    }

    /** The same map, and the one inside, as somebody makes it who may not load types. */
    public MapSpec withoutTypes() {
        MapSpec template = inner == null ? null : inner.withoutTypes();
        return copy(maxEntries, flags, template, Btf.EMPTY, 0, 0, contents, frozen);
    }

    private MapSpec copy(
            int newEntries,
            int newFlags,
            MapSpec newInner,
            Btf newTypes,
            int newKeyTypeId,
            int newValueTypeId,
            byte[] newContents,
            boolean newFrozen) {
        return new MapSpec(
                name,
                type,
                typeId,
                keySize,
                valueSize,
                newEntries,
                newFlags,
                mapExtra,
                newInner,
                newTypes,
                newKeyTypeId,
                newValueTypeId,
                newContents,
                newFrozen,
                pinning,
                numaNode,
                structOpsTypeName,
                slots);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
