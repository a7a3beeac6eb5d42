package dev.skep.kernel.map;

import dev.skep.kernel.map.SpecialField.Kind;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the special fields of one type.
 *
 * <ol>
 * <li>Walk the members of the struct, or the variables of the data section; structs and arrays inside are walked too,
 * unions and
 * typedefs are not.
 * <li>A struct with a special name is a field; a pointer with a kptr tag is one; all other pointers and scalars are
 * nothing.
 * <li>List heads and tree roots count only with a {@code contains:} tag, and need a lock beside them.
 * <li>Any mistake (two locks, an array of timers, an odd bit field, a tag on something else) spoils the whole type:
 * then it has no special
 * fields.
 * </ol>
 */
final class SpecialFieldFinder {
    private static final int MAX_FIELDS = 11;
    private static final int MAX_DEPTH = 32;

    /** Kinds that repeat in arrays. */
    private static final Set<Kind> REPEATABLE =
            EnumSet.of(Kind.KPTR_UNREF, Kind.KPTR_REF, Kind.KPTR_PERCPU, Kind.UPTR, Kind.LIST_HEAD, Kind.RB_ROOT);

    private static final Set<Kind> UNIQUE =
            EnumSet.of(Kind.SPIN_LOCK, Kind.RES_SPIN_LOCK, Kind.TIMER, Kind.WORKQUEUE, Kind.TASK_WORK, Kind.REFCOUNT);

    /** Kernel structs that a map can hold a reference to: each has a destructor. */
    private static final Set<String> DESTRUCTIBLE =
            Set.of("task_struct", "cgroup", "bpf_cpumask", "bpf_crypto_ctx", "prog_test_ref_kfunc", "prog_test_member");

    private final Btf kernel;
    private final Btf btf;
    private final Set<Kind> wanted;

    /** Thrown inside only: the type is spoiled. */
    private static final class Spoiled extends RuntimeException {
        private static final Spoiled INSTANCE = new Spoiled();

        private Spoiled() {
            super("", null, false, false);
        }
    }

    SpecialFieldFinder(Btf kernel, Btf btf, Set<Kind> wanted) {
        this.kernel = kernel;
        this.btf = btf;
        this.wanted = wanted;
    }

    /** The fields by offset; empty if there are none, or the type is spoiled. */
    List<SpecialField> find(int typeId, long size) {
        try {
            List<SpecialField> found = new ArrayList<>();
            int id = btf.resolve(typeId);
            switch (btf.type(id)) {
                case BtfType.Struct s when !s.isUnion() -> walk(id, s, 0, 0, EnumSet.noneOf(Kind.class), found);
                case BtfType.DataSection section -> walk(section, found);
                case null, default -> {
                    return List.of();
                }
            }
            check(found, size);
            found.sort(Comparator.comparingInt(SpecialField::offset));
            return List.copyOf(found);
        } catch (Spoiled _) {
            return List.of();
        }
    }

    /** True when a member of the struct is itself special: only then may objects of it have fields at all. */
    boolean hasDirectField(BtfType.Struct struct) {
        for (BtfType.Member member : struct.members()) {
            BtfType type = btf.type(member.type());
            try {
                if (type != null && (special(type, EnumSet.noneOf(Kind.class)) != null || pointer(type, 0) != null)) {
                    return true;
                }
            } catch (Spoiled _) {
                continue;
            }
        }
        return false;
    }

    private static void check(List<SpecialField> found, long size) {
        Set<Kind> kinds = new HashSet<>();
        int next = 0;
        for (SpecialField field : found) {
            if (field.offset() < next || field.offset() + (long) field.size() > size) {
                throw Spoiled.INSTANCE;
            }
            next = field.offset() + field.size();
            kinds.add(field.kind());
        }
        boolean locked = kinds.contains(Kind.SPIN_LOCK) || kinds.contains(Kind.RES_SPIN_LOCK);
        boolean bothLocks = kinds.contains(Kind.SPIN_LOCK) && kinds.contains(Kind.RES_SPIN_LOCK);
        boolean roots = kinds.contains(Kind.LIST_HEAD) || kinds.contains(Kind.RB_ROOT);
        boolean shared = kinds.contains(Kind.LIST_NODE) && kinds.contains(Kind.RB_NODE);
        if (bothLocks || roots && !locked || shared && !kinds.contains(Kind.REFCOUNT)) {
            throw Spoiled.INSTANCE;
        }
    }

    private void walk(
            int structId, BtfType.Struct struct, long base, int depth, Set<Kind> seen, List<SpecialField> found) {
        if (depth >= MAX_DEPTH) {
            throw Spoiled.INSTANCE;
        }
        for (int i = 0; i < struct.members().size(); i++) {
            BtfType.Member member = struct.members().get(i);
            if (member.offsetBits() % 8 != 0) {
                throw Spoiled.INSTANCE;
            }
            visit(structId, i, member.type(), base + member.offsetBits() / 8, 0, depth, seen, found);
        }
    }

    private void walk(BtfType.DataSection section, List<SpecialField> found) {
        Set<Kind> seen = EnumSet.noneOf(Kind.class);
        for (BtfType.SectionVariable variable : section.variables()) {
            if (btf.type(variable.type()) instanceof BtfType.Variable v) {
                visit(
                        variable.type(),
                        -1,
                        v.type(),
                        Integer.toUnsignedLong(variable.offset()),
                        variable.size(),
                        0,
                        seen,
                        found);
            }
        }
    }

    /** Looks at one member or variable; {@code size} is what the section says, 0 if nobody says. */
    private void visit(
            int owner,
            int component,
            int typeId,
            long offset,
            int size,
            int depth,
            Set<Kind> seen,
            List<SpecialField> found) {
        long count = 1;
        for (int i = 0; btf.type(typeId) instanceof BtfType.Array array; i++) {
            count *= Integer.toUnsignedLong(array.count());
            typeId = array.elementType();
            if (i == MAX_DEPTH || count > Integer.MAX_VALUE) {
                throw Spoiled.INSTANCE;
            }
        }
        if (count == 0) {
            return;
        }
        int first = found.size();
        long stride;
        BtfType type = btf.type(typeId);
        Kind kind = type == null ? null : special(type, seen);
        if (kind != null) {
            stride = size(kind);
            if (size != 0 && size != stride * count || offset % alignment(kind) != 0) {
                return;
            }
            SpecialField field = field(kind, owner, component, type, offset);
            if (field != null) {
                found.add(field);
            }
        } else if (type instanceof BtfType.Struct nested && !nested.isUnion()) {
            stride = Integer.toUnsignedLong(nested.size());
            if (size != 0 && size != stride * count) {
                return;
            }
            walk(typeId, nested, offset, depth + 1, seen, found);
        } else {
            SpecialField field = pointer(type, offset);
            stride = 8;
            if (field == null || size != 0 && size != stride * count || offset % 8 != 0) {
                return;
            }
            found.add(field);
        }
        repeat(found, first, count, stride);
        if (found.size() > MAX_FIELDS) {
            throw Spoiled.INSTANCE;
        }
    }

    private static void repeat(List<SpecialField> found, int first, long count, long stride) {
        int fields = found.size() - first;
        if (count == 1 || fields == 0) {
            return;
        }
        for (int i = 0; i < fields; i++) {
            if (!REPEATABLE.contains(found.get(first + i).kind())) {
                throw Spoiled.INSTANCE;
            }
        }
        if (fields * count > MAX_FIELDS) {
            throw Spoiled.INSTANCE;
        }
        for (int copy = 1; copy < count; copy++) {
            for (int i = 0; i < fields; i++) {
                SpecialField f = found.get(first + i);
                found.add(new SpecialField(
                        f.kind(), offset(f.offset() + copy * stride), f.size(), f.btf(), f.typeId(), f.nodeOffset()));
            }
        }
    }

    /** The kind that the struct's name stands for, or null. */
    private Kind special(BtfType type, Set<Kind> seen) {
        if (!(type instanceof BtfType.Struct struct) || struct.isUnion()) {
            return null;
        }
        Kind kind = switch (struct.name()) {
            case "bpf_spin_lock" -> Kind.SPIN_LOCK;
            case "bpf_res_spin_lock" -> Kind.RES_SPIN_LOCK;
            case "bpf_timer" -> Kind.TIMER;
            case "bpf_wq" -> Kind.WORKQUEUE;
            case "bpf_task_work" -> Kind.TASK_WORK;
            case "bpf_list_head" -> Kind.LIST_HEAD;
            case "bpf_list_node" -> Kind.LIST_NODE;
            case "bpf_rb_root" -> Kind.RB_ROOT;
            case "bpf_rb_node" -> Kind.RB_NODE;
            case "bpf_refcount" -> Kind.REFCOUNT;
            default -> null;
        };
        if (kind == null || !wanted.contains(kind)) {
            return null;
        }
        if (UNIQUE.contains(kind) && !seen.add(kind)) {
            throw Spoiled.INSTANCE;
        }
        return kind;
    }

    private SpecialField field(Kind kind, int owner, int component, BtfType type, long offset) {
        if (((BtfType.Struct) type).size() != size(kind)) {
            return null;
        }
        return switch (kind) {
            case LIST_HEAD -> root(kind, "bpf_list_node", owner, component, offset);
            case RB_ROOT -> root(kind, "bpf_rb_node", owner, component, offset);
            default -> new SpecialField(kind, offset(offset), size(kind), null, 0, 0);
        };
    }

    /** A list head or tree root: its {@code contains:struct:node} tag says what it holds. */
    private SpecialField root(Kind kind, String nodeType, int owner, int component, long offset) {
        String contains = null;
        for (BtfType.DeclTag tag : btf.declTags(owner)) {
            if (tag.componentIndex() == component && tag.name().startsWith("contains:")) {
                if (contains != null) {
                    throw Spoiled.INSTANCE;
                }
                contains = tag.name().substring("contains:".length());
            }
        }
        int colon = contains == null ? -1 : contains.indexOf(':');
        if (colon < 0) {
            throw Spoiled.INSTANCE;
        }
        int contained = findStruct(btf, contains.substring(0, colon));
        if (contained < 0) {
            throw Spoiled.INSTANCE;
        }
        String node = contains.substring(colon + 1);
        for (BtfType.Member member : ((BtfType.Struct) btf.type(contained)).members()) {
            if (member.name().equals(node)
                    && btf.type(member.type()) instanceof BtfType.Struct s
                    && s.name().equals(nodeType)
                    && member.offsetBits() % 64 == 0) {
                return new SpecialField(kind, offset(offset), size(kind), btf, contained, member.offsetBits() / 8);
            }
        }
        throw Spoiled.INSTANCE;
    }

    /** A pointer with a kptr tag, or null for anything else. */
    private SpecialField pointer(BtfType type, long offset) {
        if (wanted.stream().noneMatch(Kind::isKptr)) {
            return null;
        }
        if (type instanceof BtfType.Volatile v) {
            type = btf.type(v.type());
        }
        if (!(type instanceof BtfType.Pointer pointer) || !(btf.type(pointer.type()) instanceof BtfType.TypeTag tag)) {
            return null;
        }
        if (btf.type(tag.type()) instanceof BtfType.TypeTag) {
            throw Spoiled.INSTANCE;
        }
        Kind kind = switch (tag.name()) {
            case "kptr_untrusted" -> Kind.KPTR_UNREF;
            case "kptr" -> Kind.KPTR_REF;
            case "percpu_kptr" -> Kind.KPTR_PERCPU;
            case "uptr" -> Kind.UPTR;
            default -> throw Spoiled.INSTANCE;
        };
        if (!wanted.contains(kind)) {
            return null;
        }
        int target = btf.skipModifiers(tag.type());
        if (!(btf.type(target) instanceof BtfType.Struct struct) || struct.isUnion()) {
            throw Spoiled.INSTANCE;
        }
        int known = kind == Kind.UPTR ? -1 : findStruct(kernel, struct.name());
        if (known < 0) {
            return new SpecialField(kind, offset(offset), 8, btf, target, 0);
        }
        if (kind == Kind.KPTR_REF && !DESTRUCTIBLE.contains(struct.name())) {
            throw Spoiled.INSTANCE;
        }
        return new SpecialField(kind, offset(offset), 8, kernel, known, 0);
    }

    private static int findStruct(Btf types, String name) {
        if (name.isEmpty()) {
            return -1;
        }
        int id = types.find(name, BtfType.Struct.class);
        if (id < 0 || !((BtfType.Struct) types.type(id)).isUnion()) {
            return id;
        }
        for (int other : types.findAll(name)) {
            if (types.type(other) instanceof BtfType.Struct s && !s.isUnion()) {
                return other;
            }
        }
        return -1;
    }

    private static int offset(long offset) {
        if (offset > Integer.MAX_VALUE) {
            throw Spoiled.INSTANCE;
        }
        return (int) offset;
    }

    private static int size(Kind kind) {
        return switch (kind) {
            case SPIN_LOCK, RES_SPIN_LOCK, REFCOUNT -> 4;
            case TASK_WORK, KPTR_UNREF, KPTR_REF, KPTR_PERCPU, UPTR -> 8;
            case TIMER, WORKQUEUE, LIST_HEAD, RB_ROOT -> 16;
            case LIST_NODE -> 24;
            case RB_NODE -> 32;
        };
    }

    private static int alignment(Kind kind) {
        return switch (kind) {
            case SPIN_LOCK, RES_SPIN_LOCK, REFCOUNT -> 4;
            default -> 8;
        };
    }
}
