package dev.skep.object.core;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.List;

/**
 * The strict comparison of types, for "does the kernel's type match mine": names without flavour, sizes and signs of
 * integers, lengths of arrays. Every local member or enumerator must have a counterpart; the target may have more.
 * Behind a pointer, structs are compared by name alone.
 */
final class TypeMatch {
    private static final int MAX_DEPTH = 32;

    private final Btf local;
    private final Btf target;
    private final WorkBudget budget;

    TypeMatch(Btf local, Btf target, WorkBudget budget) {
        this.local = local;
        this.target = target;
        this.budget = budget;
    }

    boolean matches(int localId, int targetId) throws CoreException {
        return matches(localId, targetId, false, MAX_DEPTH);
    }

    private boolean matches(int localId, int targetId, boolean behindPointer, int level) throws CoreException {
        if (level <= 0) {
            throw new CoreException("types must not be nested deeper than 32: type=" + localId);
        }
        int a = localId;
        int b = targetId;
        boolean behind = behindPointer;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            budget.spend();
            BtfType ours = local.resolved(a);
            BtfType theirs = target.resolved(b);
            if (ours == null || theirs == null || !namesMatch(ours.name(), theirs.name())) {
                return false;
            }
            switch (ours) {
                case BtfType.Void _ -> {
                    return theirs instanceof BtfType.Void;
                }
                case BtfType.Forward f -> {
                    return theirs instanceof BtfType.Forward g && g.isUnion() == f.isUnion()
                            || behind && theirs instanceof BtfType.Struct s && s.isUnion() == f.isUnion();
                }
                case BtfType.Enum e -> {
                    return theirs instanceof BtfType.Enum other && enumsMatch(e, other);
                }
                case BtfType.Struct s -> {
                    return structsMatch(s, theirs, behind, level);
                }
                case BtfType.Int i -> {
                    return theirs instanceof BtfType.Int j && i.size() == j.size() && i.signed() == j.signed();
                }
                case BtfType.Pointer p
                when theirs instanceof BtfType.Pointer q -> {
                    behind = true;
                    a = p.type();
                    b = q.type();
                }
                case BtfType.Array x
                when theirs instanceof BtfType.Array y && x.count() == y.count() -> {
                    a = x.elementType();
                    b = y.elementType();
                }
                case BtfType.FunctionProto p
                when theirs instanceof BtfType.FunctionProto q -> {
                    if (!parametersMatch(p.parameters(), q.parameters(), behind, level)) {
                        return false;
                    }
                    a = p.returnType();
                    b = q.returnType();
                }
                default -> {
                    return false;
                }
            }
        }
        throw new CoreException("types must not be nested deeper than 32: type=" + localId);
    }

    private boolean structsMatch(BtfType.Struct ours, BtfType theirs, boolean behind, int level) throws CoreException {
        if (behind) {
            return theirs instanceof BtfType.Struct s && s.isUnion() == ours.isUnion()
                    || theirs instanceof BtfType.Forward f && f.isUnion() == ours.isUnion();
        }
        if (!(theirs instanceof BtfType.Struct s)
                || s.isUnion() != ours.isUnion()
                || ours.members().size() > s.members().size()) {
            return false;
        }
        for (BtfType.Member m : ours.members()) {
            boolean found = false;
            for (BtfType.Member other : s.members()) {
                budget.spend();
                if (namesMatch(m.name(), other.name()) && matches(m.type(), other.type(), false, level - 1)) {
                    found = true;
                    break;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private boolean enumsMatch(BtfType.Enum ours, BtfType.Enum theirs) throws CoreException {
        if (ours.size() != theirs.size()
                || ours.values().size() > theirs.values().size()) {
            return false;
        }
        for (BtfType.Enumerator e : ours.values()) {
            boolean found = false;
            for (BtfType.Enumerator other : theirs.values()) {
                budget.spend();
                if (namesMatch(e.name(), other.name())) {
                    found = true;
                    break;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private boolean parametersMatch(
            List<BtfType.Parameter> ours, List<BtfType.Parameter> theirs, boolean behind, int level)
            throws CoreException {
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!matches(ours.get(i).type(), theirs.get(i).type(), behind, level - 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean namesMatch(String ours, String theirs) {
        return theirs.isEmpty() ? ours.isEmpty() : Btf.essentialName(ours).equals(Btf.essentialName(theirs));
    }
}
