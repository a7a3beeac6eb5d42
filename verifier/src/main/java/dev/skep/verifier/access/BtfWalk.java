package dev.skep.verifier.access;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * Finds what lies at an offset of a struct: a number, a pointer, or a nested struct that starts there.
 *
 * <p>Steps: (1) a place beyond the end is accepted only in a trailing flexible array; (2) members are looked through in
 * order; bit fields count only when covered whole; (3) arrays are reduced to the element hit; (4) nested structs are
 * entered.
 */
public final class BtfWalk {
    /** What was found. */
    public enum Kind {
        SCALAR,
        /** A pointer to a struct. */
        POINTER,
        /** A pointer to anything else. */
        POINTER_TO_OTHER,
        /** A nested struct that starts at the offset. */
        STRUCT,
        /** Nothing: {@code failure} says why. */
        NOTHING
    }

    private final Btf btf;
    /** Pointee or nested struct. */
    int typeId;
    /** {@link PtrFlags} that the way there gives to a pointer. */
    int flags;
    /** The member that holds a pointer. */
    String member = "";
    /** The kernel's sentence, for {@link Kind#NOTHING}. */
    String failure;
    /** True when the failure is of a kind that Linux answers with EINVAL, not EACCES. */
    boolean malformed;

    BtfWalk(Btf btf) {
        this.btf = btf;
    }

    /** One descent from struct {@code id}; flags add up over several. */
    Kind step(int id, int off, int size) {
        while (true) {
            id = btf.resolve(id);
            if (!(btf.type(id) instanceof BtfType.Struct struct)) {
                malformed = true;
                BtfType t = btf.type(id);
                return fail("Type '%s' is not a struct".formatted(shown(t == null ? "" : t.name())));
            }
            if (struct.isUnion() && struct.members().size() != 1) {
                flags |= PtrFlags.UNTRUSTED;
            }
            if (off + size > struct.size()) {
                BtfType element = flexibleElement(struct, off);
                if (element instanceof BtfType.Int) {
                    return Kind.SCALAR;
                }
                if (!(element instanceof BtfType.Struct nested)) {
                    return fail(Message.of("access beyond struct %s at off %d size %d", nameOf(struct), off, size));
                }
                off = (off - offsetOf(struct.members().getLast())) % Math.max(nested.size(), 1);
                id = btf.resolve(
                        ((BtfType.Array) btf.resolved(struct.members().getLast().type())).elementType());
                continue;
            }
            Member hit = find(struct, off, size);
            if (hit == null) {
                if (failure != null) {
                    return Kind.NOTHING;
                }
                return bitField ? Kind.SCALAR : none(struct, off);
            }
            BtfType type = btf.type(hit.typeId);
            if (type instanceof BtfType.Struct) {
                if (off == hit.offset) {
                    typeId = hit.typeId;
                    return Kind.STRUCT;
                }
                off -= hit.offset;
                id = hit.typeId;
                continue;
            }
            return type instanceof BtfType.Pointer p
                    ? pointer(struct, hit, p, off, size)
                    : number(struct, hit, off, size);
        }
    }

    /** A name in messages; types without one get a word. */
    static String shown(String name) {
        return name.isEmpty() ? "(anon)" : name;
    }

    private Kind none(BtfType.Struct struct, int off) {
        malformed = true;
        return fail(Message.of("struct %s doesn't have field at offset %d", nameOf(struct), off));
    }

    private static String nameOf(BtfType.Struct struct) {
        return struct.name().isEmpty() ? "(anon)" : struct.name();
    }

    private Kind fail(String text) {
        failure = text;
        return Kind.NOTHING;
    }

    private static int offsetOf(BtfType.Member m) {
        return m.offsetBits() / 8;
    }

    /** The element type of a flexible array at the struct's end, if {@code off} is in it; else null. */
    private BtfType flexibleElement(BtfType.Struct struct, int off) {
        if (struct.members().isEmpty()) {
            return null;
        }
        BtfType.Member last = struct.members().getLast();
        if (!(btf.resolved(last.type()) instanceof BtfType.Array array) || array.count() != 0 || off < offsetOf(last)) {
            return null;
        }
        return btf.resolved(array.elementType());
    }

    /**
     * The member hit, arrays reduced to the element.
     *
     * @param end where the whole member ends
     */
    private record Member(String name, int typeId, int offset, int size, int end) {}

    private boolean bitField;

    private Member find(BtfType.Struct struct, int off, int size) {
        bitField = false;
        List<BtfType.Member> members = struct.members();
        for (int i = 0; i < members.size(); i++) {
            BtfType.Member m = members.get(i);
            int at = offsetOf(m);
            if (off + size <= at) {
                return null;
            }
            if (m.bitFieldSize() != 0) {
                int end = m.offsetBits() + m.bitFieldSize();
                if (off <= at && (end + 7) / 8 <= off + size) {
                    bitField = true;
                    return null;
                }
                continue;
            }
            if (off < at) {
                return null;
            }
            int id = btf.resolve(m.type());
            long whole = btf.sizeOf(id);
            if (whole < 0) {
                malformed = true;
                failure = "field %s doesn't have size".formatted(shown(m.name()));
                return null;
            }
            int end = at + (int) whole;
            if (off >= end) {
                continue;
            }
            int length = (int) whole;
            while (btf.type(id) instanceof BtfType.Array a && length > 0) {
                id = btf.resolve(a.elementType());
                length = (int) btf.sizeOf(id);
                at += (off - at) / length * length;
            }
            return new Member(m.name(), id, at, length, end);
        }
        return null;
    }

    private Kind pointer(BtfType.Struct struct, Member hit, BtfType.Pointer p, int off, int size) {
        if (hit.size != size || off != hit.offset) {
            return fail(Message.of(
                    "cannot access ptr member %s with moff %d in struct %s with off %d size %d",
                    hit.name, hit.offset, nameOf(struct), off, size));
        }
        int target = btf.resolve(p.type());
        if (!(btf.type(target) instanceof BtfType.Struct)) {
            return Kind.POINTER_TO_OTHER;
        }
        flags |= tagFlags(btf, p);
        typeId = target;
        member = hit.name;
        return Kind.POINTER;
    }

    /** Flags of the type tag that follows a pointer: {@code user}, {@code percpu}, {@code rcu}. */
    static int tagFlags(Btf btf, BtfType.Pointer p) {
        if (!(btf.type(p.type()) instanceof BtfType.TypeTag tag)) {
            return 0;
        }
        return switch (tag.name()) {
            case "user" -> PtrFlags.USER;
            case "percpu" -> PtrFlags.PERCPU;
            case "rcu" -> PtrFlags.RCU;
            default -> 0;
        };
    }

    private Kind number(BtfType.Struct struct, Member hit, int off, int size) {
        if (off + size > hit.end && (flags & PtrFlags.UNTRUSTED) == 0) {
            return fail(Message.of(
                    "access beyond the end of member %s (mend:%d) in struct %s with off %d size %d",
                    hit.name, hit.end, nameOf(struct), off, size));
        }
        return Kind.SCALAR;
    }

    /**
     * True when a pointer to {@code id} moved by {@code off} bytes points to a {@code needId}.
     *
     * @param strict the struct itself must match, not one nested at that offset
     */
    public static boolean idsMatch(Walk w, Btf btf, int id, int off, Btf needBtf, int needId, boolean strict) {
        if (off == 0 && same(btf, id, needBtf, needId)) {
            return true;
        }
        if (strict) {
            return false;
        }
        while (true) {
            BtfWalk walk = new BtfWalk(btf);
            Kind found = walk.step(id, off, 1);
            if (found != Kind.STRUCT) {
                if (walk.failure != null) {
                    w.print(walk.failure);
                }
                return false;
            }
            id = walk.typeId;
            if (same(btf, id, needBtf, needId)) {
                return true;
            }
            off = 0;
        }
    }

    /** True when two ids name the same type: the same number in the same set, or in a base of it. */
    public static boolean same(Btf btf, int id, Btf needBtf, int needId) {
        if (id != needId) {
            return false;
        }
        return btf == needBtf
                || btf.base() == needBtf && id < btf.firstId()
                || needBtf.base() == btf && id < needBtf.firstId();
    }
}
