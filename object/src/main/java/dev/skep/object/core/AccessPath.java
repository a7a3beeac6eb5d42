package dev.skep.object.core;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.ArrayList;
import java.util.List;

/**
 * A path into a type: which members and elements lead to a field.
 *
 * <p><em>Shape</em>: {@code steps} has the turns that have a meaning in C (a named member, an array index); {@code
 * raw} has every index, those through anonymous members too. Paths of types and enumerators have none or one step.
 *
 * <p><em>Units</em>: {@code bitOffset} in bits from the start of the root type, unsigned 32 bits.
 */
final class AccessPath {
    static final int MAX_DEPTH = 64;

    /**
     * One turn: member {@code index} of struct {@code type} by name, or element {@code index} of elements of {@code
     * type}.
     */
    record Step(int type, int index, String name) {}

    final Btf btf;
    final int root;
    final CoreKind kind;
    final List<Step> steps = new ArrayList<>();
    final List<Integer> raw = new ArrayList<>();
    private long bitOffset;

    AccessPath(Btf btf, int root, CoreKind kind) {
        this.btf = btf;
        this.root = root;
        this.kind = kind;
    }

    long bitOffset() {
        return bitOffset;
    }

    void move(long bits) {
        bitOffset = bitOffset + bits & 0xffff_ffffL;
    }

    Step last() {
        return steps.getLast();
    }

    void deeper(int index) throws CoreException {
        if (raw.size() == MAX_DEPTH) {
            throw new CoreException("access must not be deeper than 64");
        }
        raw.add(index);
    }

    /** An array without length at the end of a struct can be indexed beyond it. */
    static boolean isFlexible(Btf btf, Step before, BtfType.Array array) {
        return before.name() != null
                && array.count() == 0
                && btf.type(before.type()) instanceof BtfType.Struct s
                && before.index() == s.members().size() - 1;
    }

    /** As libbpf prints it: {@code <byte_off> [7] struct task_struct.pid (0:3 @ offset 16)}. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("<")
                .append(kind.word())
                .append("> [")
                .append(root)
                .append("] ");
        BtfType type = btf.type(root);
        s.append(word(type)).append(' ').append(type.name().isEmpty() ? "<anon>" : type.name());
        if (kind.isEnumerator() && !raw.isEmpty() && btf.resolved(root) instanceof BtfType.Enum e) {
            BtfType.Enumerator value = e.values().get(raw.getFirst());
            s.append("::").append(value.name()).append(" = ");
            s.append(e.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value()));
        } else if (kind.isField()) {
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                if (step.name() != null) {
                    s.append('.').append(step.name());
                } else if (i > 0 || step.index() > 0) {
                    s.append('[').append(step.index()).append(']');
                }
            }
            s.append(" (");
            for (int i = 0; i < raw.size(); i++) {
                s.append(i == 0 ? "" : ":").append(raw.get(i));
            }
            s.append(" @ offset ").append(bitOffset / 8);
            s.append(bitOffset % 8 == 0 ? "" : "." + bitOffset % 8).append(')');
        }
        return s.toString();
    }

    private static String word(BtfType type) {
        return switch (type) {
            case BtfType.Struct t -> t.isUnion() ? "union" : "struct";
            case BtfType.Enum t -> t.is64() ? "enum64" : "enum";
            case BtfType.Typedef _ -> "typedef";
            case BtfType.Int _ -> "int";
            case BtfType.Pointer _ -> "ptr";
            case BtfType.Array _ -> "array";
            case BtfType.Forward _ -> "fwd";
            case BtfType.Const _ -> "const";
            case BtfType.Volatile _ -> "volatile";
            case BtfType.Restrict _ -> "restrict";
            case BtfType.Function _ -> "func";
            case BtfType.FunctionProto _ -> "func_proto";
            case BtfType.Variable _ -> "var";
            case BtfType.DataSection _ -> "datasec";
            case BtfType.Float _ -> "float";
            case BtfType.DeclTag _ -> "decl_tag";
            case BtfType.TypeTag _ -> "type_tag";
            case BtfType.Void _ -> "void";
        };
    }
}
