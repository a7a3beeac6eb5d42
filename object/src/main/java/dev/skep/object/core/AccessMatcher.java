package dev.skep.object.core;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;

/**
 * Finds the target's counterpart of a local path: members by name, wherever anonymous structs have put them; elements
 * by index.
 *
 * <p>Members are searched in order of declaration, anonymous structs and unions in their place, and the first member
 * with the name decides. A member found at another type is a match only if the types agree as fields: pointers all
 * agree; structs and unions all agree; integers agree at any size and sign; arrays agree if their elements do; enums
 * agree by name.
 */
final class AccessMatcher {
    private final Btf local;
    private final Btf target;
    private final WorkBudget budget;
    private int found;

    AccessMatcher(Btf local, Btf target, WorkBudget budget) {
        this.local = local;
        this.target = target;
        this.budget = budget;
    }

    /** The path in target type {@code id}, null if it has none. */
    AccessPath match(AccessPath path, int id) throws CoreException {
        AccessPath out = new AccessPath(target, id, path.kind);
        if (path.kind.isType()) {
            boolean fits = path.kind == CoreKind.TYPE_MATCHES
                    ? new TypeMatch(local, target, budget).matches(path.root, id)
                    : new TypeCompatibility(local, target, budget).check(path.root, id);
            return fits ? out : null;
        }
        if (path.kind.isEnumerator()) {
            return matchEnumerator(path, out, target.resolve(id)) ? out : null;
        }
        int at = id;
        for (int i = 0; i < path.steps.size(); i++) {
            AccessPath.Step step = path.steps.get(i);
            at = target.resolve(at);
            if (step.name() != null) {
                if (!matchMember(step, at, out)) {
                    return null;
                }
                at = found;
                continue;
            }
            if (i > 0) {
                if (!(target.type(at) instanceof BtfType.Array a)
                        || Integer.compareUnsigned(step.index(), a.count()) >= 0
                                && !AccessPath.isFlexible(target, out.last(), a)) {
                    return null;
                }
                at = target.resolve(a.elementType());
            }
            out.steps.add(new AccessPath.Step(at, step.index(), null));
            out.deeper(step.index());
            long size = target.sizeOf(at);
            if (size < 0) {
                throw new CoreException("target type must have a size: type=" + at);
            }
            out.move(step.index() * size * 8);
        }
        return out;
    }

    private boolean matchEnumerator(AccessPath path, AccessPath out, int id) throws CoreException {
        if (!(target.type(id) instanceof BtfType.Enum e)) {
            return false;
        }
        String wanted = Btf.essentialName(path.last().name());
        for (int i = 0; i < e.values().size(); i++) {
            if (Btf.essentialName(e.values().get(i).name()).equals(wanted)) {
                out.steps.add(new AccessPath.Step(id, i, e.values().get(i).name()));
                out.deeper(i);
                return true;
            }
        }
        return false;
    }

    /** Appends the member's step; {@link #found} gets its type. */
    private boolean matchMember(AccessPath.Step step, int id, AccessPath out) throws CoreException {
        int structId = target.resolve(id);
        if (!(target.type(structId) instanceof BtfType.Struct s)) {
            return false;
        }
        for (int i = 0; i < s.members().size(); i++) {
            budget.spend();
            BtfType.Member member = s.members().get(i);
            long bits = Integer.toUnsignedLong(member.offsetBits());
            if (member.name().isEmpty()) {
                out.move(bits);
                out.deeper(i);
                if (matchMember(step, member.type(), out)) {
                    return true;
                }
                out.raw.removeLast();
                out.move(-bits);
            } else if (member.name().equals(step.name())) {
                BtfType.Struct ours = (BtfType.Struct) local.type(step.type());
                if (!agree(ours.members().get(step.index()).type(), member.type())) {
                    return false;
                }
                out.move(bits);
                out.deeper(i);
                out.steps.add(new AccessPath.Step(structId, i, member.name()));
                found = member.type();
                return true;
            }
        }
        return false;
    }

    private boolean agree(int localId, int targetId) {
        BtfType ours = local.resolved(localId);
        BtfType theirs = target.resolved(targetId);
        while (ours instanceof BtfType.Array a && theirs instanceof BtfType.Array b) {
            ours = local.resolved(a.elementType());
            theirs = target.resolved(b.elementType());
        }
        if (ours == null || theirs == null || ours.getClass() != theirs.getClass()) {
            return false;
        }
        return switch (ours) {
            case BtfType.Struct _, BtfType.Pointer _, BtfType.Float _ -> true;
            case BtfType.Forward _, BtfType.Enum _ -> {
                String a = Btf.essentialName(ours.name());
                String b = Btf.essentialName(theirs.name());
                yield a.isEmpty() || b.isEmpty() || a.equals(b);
            }
            case BtfType.Int a -> a.offsetBits() == 0 && ((BtfType.Int) theirs).offsetBits() == 0;
            default -> false;
        };
    }
}
