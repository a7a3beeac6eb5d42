package dev.skep.object.core;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;

/**
 * The loose comparison of types, for kernel functions and variables and for "does this type exist": the same kind all
 * the way down, with names, sizes and members ignored. Prototypes must have as many parameters, each compatible.
 */
public final class TypeCompatibility {
    private static final int MAX_DEPTH = 32;

    private final Btf local;
    private final Btf target;
    private final WorkBudget budget;

    TypeCompatibility(Btf local, Btf target, WorkBudget budget) {
        this.local = local;
        this.target = target;
        this.budget = budget;
    }

    /** True if a local declaration can stand for the target's; types too deep to compare are not compatible. */
    public static boolean compatible(Btf local, int localId, Btf target, int targetId) {
        try {
            return new TypeCompatibility(local, target, new WorkBudget()).check(localId, targetId);
        } catch (CoreException _) {
            return false;
        }
    }

    boolean check(int localId, int targetId) throws CoreException {
        // At the root a typedef does not stand for the type behind it.
        return sameKind(local.type(localId), target.type(targetId)) && check(localId, targetId, MAX_DEPTH);
    }

    static boolean sameKind(BtfType a, BtfType b) {
        return a != null
                && b != null
                && a.getClass() == b.getClass()
                && !(a instanceof BtfType.Struct s && s.isUnion() != ((BtfType.Struct) b).isUnion());
    }

    private boolean check(int localId, int targetId, int level) throws CoreException {
        int a = localId;
        int b = targetId;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            budget.spend();
            BtfType ours = local.resolved(a);
            BtfType theirs = target.resolved(b);
            if (!sameKind(ours, theirs)) {
                return false;
            }
            switch (ours) {
                case BtfType.Void _, BtfType.Struct _, BtfType.Enum _, BtfType.Forward _ -> {
                    return true;
                }
                case BtfType.Int i -> {
                    return i.offsetBits() == 0 && ((BtfType.Int) theirs).offsetBits() == 0;
                }
                case BtfType.Pointer p -> {
                    a = p.type();
                    b = ((BtfType.Pointer) theirs).type();
                }
                case BtfType.Array t -> {
                    a = t.elementType();
                    b = ((BtfType.Array) theirs).elementType();
                }
                case BtfType.FunctionProto p -> {
                    BtfType.FunctionProto other = (BtfType.FunctionProto) theirs;
                    if (!parametersFit(p, other, level)) {
                        return false;
                    }
                    a = p.returnType();
                    b = other.returnType();
                }
                default -> {
                    return false;
                }
            }
        }
        throw new CoreException("types must not be nested deeper than 32: type=" + localId);
    }

    private boolean parametersFit(BtfType.FunctionProto ours, BtfType.FunctionProto theirs, int level)
            throws CoreException {
        if (ours.parameters().size() != theirs.parameters().size()) {
            return false;
        }
        for (int i = 0; i < ours.parameters().size(); i++) {
            if (level <= 0) {
                throw new CoreException("prototypes must not be nested deeper than 32");
            }
            if (!check(
                    local.resolve(ours.parameters().get(i).type()),
                    target.resolve(theirs.parameters().get(i).type()),
                    level - 1)) {
                return false;
            }
        }
        return true;
    }
}
