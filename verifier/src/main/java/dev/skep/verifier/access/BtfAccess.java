package dev.skep.verifier.access;

import dev.skep.kernel.map.SpecialField;
import dev.skep.verifier.call.Licence;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Objects described by BTF: kernel structs (read-only but for a few fields) and objects that the program allocated.
 *
 * <p>A pointer read from a struct inherits trust only where {@link BtfTrust} says so; else it is good for probing reads
 * alone.
 */
public final class BtfAccess {
    private BtfAccess() {}

    static RegState load(Walk w, int base, RegState reg, int off, int size, boolean wanted) {
        RegType.BtfPtr ptr = (RegType.BtfPtr) reg.type;
        requirePlace(w, base, reg, ptr, off);
        requireOwned(w, reg);
        BtfWalk walk = new BtfWalk(ptr.btf());
        BtfWalk.Kind found = search(w, ptr, walk, off, size);
        return wanted ? result(w, reg, ptr, walk, found) : null;
    }

    static void store(Walk w, int base, RegState reg, int off, int size) {
        RegType.BtfPtr ptr = (RegType.BtfPtr) reg.type;
        requirePlace(w, base, reg, ptr, off);
        if (!ptr.has(PtrFlags.ALLOC)) {
            if (!WritableFields.requireWritable(w, ptr, off, size)) {
                throw w.reject(Reject.EACCES, "only read is supported");
            }
            return;
        }
        requireOwned(w, reg);
        search(w, ptr, new BtfWalk(ptr.btf()), off, size);
    }

    private static void requirePlace(Walk w, int base, RegState reg, RegType.BtfPtr ptr, int off) {
        if (!w.allowPtrLeaks) {
            throw w.reject(
                    Reject.EPERM,
                    "'struct %s' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN",
                    ptr.structName());
        }
        if (KptrAccess.isKernel(w, ptr.btf()) && !Licence.gplCompatible(w.program.license())) {
            throw w.reject(
                    Reject.EINVAL,
                    "Cannot access kernel 'struct %s' from non-GPL compatible program",
                    ptr.structName());
        }
        if (off < 0) {
            throw w.reject(Reject.EACCES, "R%d is ptr_%s invalid negative access: off=%d", base, ptr.structName(), off);
        }
        if (!reg.var.isConst(0)) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d is ptr_%s invalid variable offset: off=%d, var_off=%s",
                    base,
                    ptr.structName(),
                    off,
                    PointerOffset.bits(reg));
        }
        if (ptr.has(PtrFlags.USER)) {
            throw w.reject(Reject.EACCES, "R%d is ptr_%s access user memory: off=%d", base, ptr.structName(), off);
        }
        if (ptr.has(PtrFlags.PERCPU)) {
            throw w.reject(Reject.EACCES, "R%d is ptr_%s access percpu memory: off=%d", base, ptr.structName(), off);
        }
    }

    /** Program-allocated objects are accessed while owned, in a tree or list under lock, or under RCU. */
    private static void requireOwned(Walk w, RegState reg) {
        RegType t = reg.type;
        if (t.has(PtrFlags.ALLOC) && !t.has(PtrFlags.NON_OWN_REF) && !t.has(PtrFlags.RCU) && reg.refId == 0) {
            throw w.reject(Reject.EFAULT, "verifier bug: allocated object must have ref_obj_id");
        }
    }

    private static BtfWalk.Kind search(Walk w, RegType.BtfPtr ptr, BtfWalk walk, int off, int size) {
        if (ptr.has(PtrFlags.ALLOC)) {
            for (SpecialField field : w.kernel.specialFields(ptr.btf(), ptr.typeId())) {
                if (off < field.offset() + field.size() && field.offset() < off + size) {
                    throw w.reject(
                            Reject.EACCES,
                            "direct access to %s is disallowed",
                            field.kind().kernelName());
                }
            }
        }
        return search(w, walk, ptr.typeId(), off, size);
    }

    /** Descends until something that is not a struct is found; rejects where there is nothing. */
    static BtfWalk.Kind search(Walk w, BtfWalk walk, int typeId, int off, int size) {
        int id = typeId;
        while (true) {
            BtfWalk.Kind found = walk.step(id, off, size);
            switch (found) {
                case STRUCT -> {
                    id = walk.typeId;
                    off = 0;
                }
                case NOTHING -> throw w.reject(walk.malformed ? Reject.EINVAL : Reject.EACCES, "%s", walk.failure);
                default -> {
                    return found;
                }
            }
        }
    }

    private static RegState result(Walk w, RegState parent, RegType.BtfPtr ptr, BtfWalk walk, BtfWalk.Kind found) {
        boolean local = ptr.has(PtrFlags.ALLOC);
        return switch (found) {
            case POINTER -> local ? RegState.UNKNOWN : pointer(w, ptr, walk, inherited(w, parent, ptr, walk));
            case POINTER_TO_OTHER -> untrustedMemory();
            default -> RegState.UNKNOWN;
        };
    }

    /** Memory of unknown size that is read by probing only. */
    static RegState untrustedMemory() {
        return RegState.pointer(new RegType.Mem(PtrFlags.RDONLY | PtrFlags.UNTRUSTED, 0, 0));
    }

    static RegState pointer(Walk w, RegType.BtfPtr parent, BtfWalk walk, int flags) {
        int id = (flags & PtrFlags.MAYBE_NULL) != 0 ? w.nextId() : 0;
        return RegState.pointer(new RegType.BtfPtr(flags, parent.btf(), walk.typeId), 0, id, 0);
    }

    /** Flags of the pointer found, by what its parent is and where the program stands. */
    private static int inherited(Walk w, RegState parent, RegType.BtfPtr ptr, BtfWalk walk) {
        int flags = walk.flags;
        if (ptr.has(PtrFlags.UNTRUSTED)) {
            return PtrFlags.UNTRUSTED;
        }
        if (!BtfTrust.isTrusted(parent) && !BtfTrust.isRcu(parent)) {
            return withoutTrust(flags);
        }
        String struct = ptr.structName();
        if (BtfTrust.memberIsTrusted(struct, walk.member)) {
            return flags | PtrFlags.TRUSTED;
        }
        if (BtfTrust.memberIsTrustedOrNull(struct, walk.member)) {
            return flags | PtrFlags.TRUSTED | PtrFlags.MAYBE_NULL;
        }
        if (!BtfTrust.inRcuSection(w) || ptr.maybeNull()) {
            return PtrFlags.UNTRUSTED;
        }
        if (BtfTrust.memberIsRcu(struct, walk.member)) {
            return flags | PtrFlags.RCU;
        }
        boolean rcuOrNull = BtfTrust.memberIsRcuOrNull(struct, walk.member);
        if (rcuOrNull || (flags & PtrFlags.RCU) != 0) {
            flags |= PtrFlags.RCU | PtrFlags.MAYBE_NULL;
            return rcuOrNull ? flags & ~PtrFlags.UNTRUSTED : flags;
        }
        return (flags & (PtrFlags.PERCPU | PtrFlags.USER)) != 0 ? flags : withoutTrust(flags);
    }

    private static int withoutTrust(int flags) {
        return flags & ~(PtrFlags.TRUSTED | PtrFlags.RCU);
    }
}
