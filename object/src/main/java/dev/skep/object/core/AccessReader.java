package dev.skep.object.core;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.btf.BtfType;
import java.util.ArrayList;
import java.util.List;

/** Access strings to {@link AccessPath}: {@code 0:2:3} is member 2's element 3 of a struct. */
final class AccessReader {
    private final Btf btf;

    AccessReader(Btf btf) {
        this.btf = btf;
    }

    AccessPath read(BtfExt.Relocation relocation) throws CoreException {
        CoreKind kind = CoreKind.ofId(relocation.kind());
        if (kind == null) {
            throw new CoreException("kind of relocation must be known: kind=" + relocation.kind());
        }
        AccessPath path = new AccessPath(btf, relocation.typeId(), kind);
        List<Integer> indexes = indexes(relocation.access());
        if (kind.isType()) {
            if (!relocation.access().equals("0")) {
                throw new CoreException("access of a type must be 0: access=" + relocation.access());
            }
            return path;
        }
        int id = btf.resolve(relocation.typeId());
        int first = indexes.getFirst();
        path.deeper(first);
        if (kind.isEnumerator()) {
            if (!(btf.type(id) instanceof BtfType.Enum e)
                    || indexes.size() > 1
                    || first >= e.values().size()) {
                throw new CoreException("access must be of an enumerator: access=" + relocation.access());
            }
            path.steps.add(new AccessPath.Step(id, first, e.values().get(first).name()));
            return path;
        }
        path.steps.add(new AccessPath.Step(id, first, null));
        path.move(first * size(id) * 8);
        for (int i = 1; i < indexes.size(); i++) {
            int index = indexes.get(i);
            path.deeper(index);
            id = step(path, btf.resolve(id), index);
        }
        return path;
    }

    private int step(AccessPath path, int id, int index) throws CoreException {
        switch (btf.type(id)) {
            case BtfType.Struct s
            when index < s.members().size() -> {
                BtfType.Member member = s.members().get(index);
                path.move(Integer.toUnsignedLong(member.offsetBits()));
                if (!member.name().isEmpty()) {
                    path.steps.add(new AccessPath.Step(id, index, member.name()));
                }
                return member.type();
            }
            case BtfType.Array a
            when Integer.compareUnsigned(index, a.count()) < 0 || AccessPath.isFlexible(btf, path.last(), a) -> {
                int element = btf.resolve(a.elementType());
                path.steps.add(new AccessPath.Step(element, index, null));
                path.move(index * size(element) * 8);
                return element;
            }
            case null, default ->
                throw new CoreException("access must be of a member or element: type=" + id + " index=" + index);
        }
    }

    private long size(int id) throws CoreException {
        long size = btf.sizeOf(id);
        if (size < 0) {
            throw new CoreException("accessed type must have a size: type=" + id);
        }
        return size;
    }

    private static List<Integer> indexes(String access) throws CoreException {
        List<Integer> out = new ArrayList<>();
        for (String part : access.split(":", AccessPath.MAX_DEPTH + 2)) {
            try {
                int index = Integer.parseInt(part);
                if (index < 0 || out.size() == AccessPath.MAX_DEPTH) {
                    throw new CoreException("access must be numbers joined by colons, 64 at most: access=" + part);
                }
                out.add(index);
            } catch (NumberFormatException _) {
                throw new CoreException("access must be numbers joined by colons: access=" + part);
            }
        }
        return out;
    }
}
