package dev.skep.object.btf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An immutable set of BTF types, perhaps on top of a base set (split BTF).
 *
 * <p><em>Shape</em>: ids 0 to {@link #size()} - 1; those below {@link #firstId()} belong to the base.
 */
public final class Btf {
    /** No types but void. */
    public static final Btf EMPTY = new Btf(null, List.of());

    private final Btf base;
    private final int firstId;
    /** By id - firstId. Null where not yet decoded from {@link #bytes}; races only decode a type twice. */
    private final BtfType[] types;

    private final BtfBytes bytes;
    private volatile BtfNames names;
    private Map<Integer, List<BtfType.DeclTag>> tags;

    /** Types numbered after the base's; without a base, the first of them gets id 1. */
    public Btf(Btf base, List<BtfType> types) {
        this.base = base;
        this.firstId = base == null ? 1 : base.size();
        this.types = types.toArray(BtfType[]::new);
        this.bytes = null;
    }

    Btf(Btf base, BtfBytes bytes) {
        this.base = base;
        this.firstId = bytes.firstId;
        this.types = new BtfType[bytes.at.length];
        this.bytes = bytes;
    }

    /** What this set was read from, null if it was made by hand. */
    BtfBytes bytes() {
        return bytes;
    }

    public Btf base() {
        return base;
    }

    /** The lowest id that is not the base's. */
    public int firstId() {
        return firstId;
    }

    /** One more than the highest id. */
    public int size() {
        return firstId + types.length;
    }

    /** The type with this id; {@link BtfType.Void} for 0; null when there is none. */
    public BtfType type(int id) {
        if (id == 0) {
            return VOID;
        }
        if (id >= firstId) {
            return id - firstId < types.length ? own(id - firstId) : null;
        }
        return base == null || id < 0 ? null : base.type(id);
    }

    private static final BtfType VOID = new BtfType.Void();

    private BtfType own(int index) {
        BtfType type = types[index];
        if (type == null) {
            type = bytes.decode(firstId + index);
            types[index] = type;
        }
        return type;
    }

    private BtfNames names() {
        BtfNames index = names;
        if (index == null) {
            index = new BtfNames(types, bytes, types.length);
            names = index;
        }
        return index;
    }

    /** The lowest id of a type with this name and kind, -1 if none. */
    public int find(String name, Class<? extends BtfType> kind) {
        if (base != null) {
            int id = base.find(name, kind);
            if (id >= 0) {
                return id;
            }
        }
        BtfNames index = names();
        for (int i = index.first(name); i >= 0; i = index.next(i)) {
            BtfType type = own(i);
            if (kind.isInstance(type) && type.name().equals(name)) {
                return firstId + i;
            }
        }
        return -1;
    }

    /** Every id of a type with this name, lowest first. */
    public List<Integer> findAll(String name) {
        List<Integer> ids = base == null ? new ArrayList<>() : base.findAll(name);
        BtfNames index = names();
        for (int i = index.first(name); i >= 0; i = index.next(i)) {
            if (own(i).name().equals(name)) {
                ids.add(firstId + i);
            }
        }
        return ids;
    }

    /** Every id of a type whose name without its {@code ___flavor} is this one, lowest first; all kinds. */
    public List<Integer> findFlavors(String essentialName) {
        List<Integer> ids = base == null ? new ArrayList<>() : base.findFlavors(essentialName);
        BtfNames index = names();
        for (int i = index.first(essentialName); i >= 0; i = index.next(i)) {
            if (essentialName(own(i).name()).equals(essentialName)) {
                ids.add(firstId + i);
            }
        }
        return ids;
    }

    /** The part of a name before its flavour: {@code task_struct} of {@code task_struct___old}. */
    public static String essentialName(String name) {
        return name.contains("___") ? BtfNames.essential(name) : name;
    }

    /** The id behind const, volatile, restrict and type tags. */
    public int skipModifiers(int id) {
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            switch (type(id)) {
                case BtfType.Const c -> id = c.type();
                case BtfType.Volatile v -> id = v.type();
                case BtfType.Restrict r -> id = r.type();
                case BtfType.TypeTag t -> id = t.type();
                case null, default -> {
                    return id;
                }
            }
        }
        return id;
    }

    /** The id behind modifiers, type tags and typedefs. */
    public int resolve(int id) {
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            id = skipModifiers(id);
            if (!(type(id) instanceof BtfType.Typedef t)) {
                return id;
            }
            id = t.type();
        }
        return id;
    }

    /** The type behind modifiers, type tags and typedefs; null for a dangling id. */
    public BtfType resolved(int id) {
        return type(resolve(id));
    }

    private static final int MAX_DEPTH = 64;

    /**
     * Size of the type in bytes, -1 when it has none (void, functions, forward declarations, or a size over 2^31 - 1).
     */
    public long sizeOf(int id) {
        long factor = 1;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            switch (resolved(id)) {
                case BtfType.Int t -> {
                    return product(factor, t.size());
                }
                case BtfType.Pointer _ -> {
                    return product(factor, 8);
                }
                case BtfType.Struct t -> {
                    return product(factor, Integer.toUnsignedLong(t.size()));
                }
                case BtfType.Enum t -> {
                    return product(factor, t.size());
                }
                case BtfType.Float t -> {
                    return product(factor, t.size());
                }
                case BtfType.DataSection t -> {
                    return product(factor, Integer.toUnsignedLong(t.size()));
                }
                case BtfType.Variable v -> id = v.type();
                case BtfType.Array a -> {
                    factor = product(factor, Integer.toUnsignedLong(a.count()));
                    if (factor < 0) {
                        return -1;
                    }
                    id = a.elementType();
                }
                case null, default -> {
                    return -1;
                }
            }
        }
        return -1;
    }

    private static long product(long a, long b) {
        long p = a * b;
        return a > Integer.MAX_VALUE || b > Integer.MAX_VALUE || p > Integer.MAX_VALUE ? -1 : p;
    }

    /** The declaration tags that point at this id, on any component. */
    public synchronized List<BtfType.DeclTag> declTags(int id) {
        if (tags == null) {
            tags = new HashMap<>();
            for (int i = 0; i < types.length; i++) {
                boolean other = bytes != null && bytes.kind(firstId + i) != BtfKind.DECL_TAG;
                if (!other && own(i) instanceof BtfType.DeclTag tag) {
                    tags.computeIfAbsent(tag.type(), _ -> new ArrayList<>()).add(tag);
                }
            }
        }
        List<BtfType.DeclTag> own = tags.getOrDefault(id, List.of());
        return own.isEmpty() && base != null ? base.declTags(id) : own;
    }
}
