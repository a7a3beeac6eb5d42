package dev.skep.object.core;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.btf.BtfType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Applies CO-RE relocations of one object against one target.
 *
 * <ol>
 *   <li>Read the relocation's path into the local type.
 *   <li>Candidates are the target's types of the same kind and name, flavours aside.
 *   <li>Match the path to each candidate. All that match must give the same answer; candidates that once failed to
 *       match while another did are not asked again.
 *   <li>Put the answer into the instruction, or poison it where there is none.
 * </ol>
 *
 * <p><em>Errors</em>: {@link ObjectFormatException}, section {@code .BTF.ext}, for malformed and ambiguous
 * relocations, and for instructions that do not hold what the local type says.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/llvm_reloc.rst; behaviour of libbpf 1.5.
 */
public final class CoreRelocator {
    /** Call number that stands for an instruction whose relocation the target cannot answer. */
    public static final int POISON = 195_896_080;

    private final Btf local;
    private final Btf target;
    private final WorkBudget budget = new WorkBudget();
    private final Map<Integer, List<Integer>> candidates = new HashMap<>();

    /** @param target the kernel's types; null for none, as if it had no types at all */
    public CoreRelocator(Btf local, Btf target) {
        this.local = local;
        this.target = target == null ? Btf.EMPTY : target;
    }

    /**
     * Changes the instruction at {@code slots[at]}.
     *
     * @return null if it is relocated; the path, as libbpf prints it, if it was poisoned
     */
    public String apply(BtfExt.Relocation relocation, long[] slots, int at) throws ObjectFormatException {
        try {
            AccessPath path = new AccessReader(local).read(relocation);
            return resolve(path).apply(slots, at) ? path.toString() : null;
        } catch (CoreException e) {
            throw new ObjectFormatException(
                    "",
                    ".BTF.ext",
                    -1,
                    "relocation " + relocation.access() + " of type " + relocation.typeId() + " "
                            + local.type(relocation.typeId()).name() + ": " + e.getMessage());
        }
    }

    private CoreFixup resolve(AccessPath path) throws CoreException {
        if (path.kind == CoreKind.TYPE_ID_LOCAL) {
            return new CoreFixup(path.root, path.root, false, false, 0, 0, true);
        }
        if (local.type(path.root).name().isEmpty()) {
            throw new CoreException("type must have a name");
        }
        List<Integer> ids = candidates.computeIfAbsent(path.root, this::candidates);
        AccessMatcher matcher = new AccessMatcher(local, target, budget);
        List<Integer> matching = new ArrayList<>();
        AccessPath first = null;
        CoreFixup answer = null;
        for (int id : ids) {
            AccessPath there = matcher.match(path, id);
            if (there == null) {
                continue;
            }
            CoreFixup fixup = fixup(path, there);
            if (answer == null) {
                first = there;
                answer = fixup;
            } else if (there.bitOffset() != first.bitOffset()
                    || fixup.value() != answer.value()
                    || fixup.poison() != answer.poison()) {
                throw new CoreException("target must give one answer: " + first + " and " + there);
            }
            matching.add(id);
        }
        if (answer == null) {
            return fixup(path, null);
        }
        candidates.put(path.root, matching);
        return answer;
    }

    private List<Integer> candidates(int root) {
        BtfType ours = local.type(root);
        List<Integer> ids = target.findFlavors(Btf.essentialName(ours.name()));
        ids.removeIf(id -> !TypeCompatibility.sameKind(ours, target.type(id)));
        return ids;
    }

    private CoreFixup fixup(AccessPath here, AccessPath there) throws CoreException {
        CoreValue ours = CoreValue.of(here);
        CoreValue theirs = there == null ? CoreValue.ofNothing(here.kind) : CoreValue.of(there);
        if (theirs == null) {
            return new CoreFixup(ours.value(), 0, ours.reliable(), true, 0, 0, true);
        }
        boolean fit = ours.size() == theirs.size() || loadsAgree(ours, theirs);
        return new CoreFixup(ours.value(), theirs.value(), ours.reliable(), false, ours.size(), theirs.size(), fit);
    }

    private boolean loadsAgree(CoreValue ours, CoreValue theirs) {
        BtfType a = local.type(ours.typeId());
        BtfType b = target.type(theirs.typeId());
        return a instanceof BtfType.Pointer && b instanceof BtfType.Pointer
                || a instanceof BtfType.Int i && b instanceof BtfType.Int j && !isPlainSigned(i) && !isPlainSigned(j);
    }

    private static boolean isPlainSigned(BtfType.Int type) {
        return type.signed() && !type.isChar() && !type.isBool();
    }
}
