package dev.skep.object.btf;

/**
 * Types as C writes them: {@code struct task_struct *}, {@code const char *const}, {@code int (*)(void *, u32)}.
 *
 * <p>Types deeper than {@value #MAX_DEPTH} levels end in three dots.
 */
public final class TypePrinter {
    private static final int MAX_DEPTH = 24;

    private TypePrinter() {}

    /** The type's name. */
    public static String name(Btf btf, int id) {
        return declaration(btf, id, "");
    }

    /** A declaration of {@code variable} with this type, without semicolon: {@code int (*callback)(void *)}. */
    public static String declaration(Btf btf, int id, String variable) {
        return declare(btf, id, variable, 0);
    }

    /**
     * The definition of a struct, union, enum, typedef, function or variable over several lines; other types by name.
     */
    public static String definition(Btf btf, int id) {
        return switch (btf.type(id)) {
            case BtfType.Struct s -> {
                StringBuilder out = new StringBuilder(base(s)).append(" {\n");
                for (BtfType.Member m : s.members()) {
                    out.append("    ").append(declaration(btf, m.type(), m.name()));
                    if (m.bitFieldSize() > 0) {
                        out.append(" : ").append(m.bitFieldSize());
                    }
                    out.append("; // ").append(m.offsetBits() / 8);
                    out.append(m.offsetBits() % 8 == 0 ? "" : "." + m.offsetBits() % 8)
                            .append('\n');
                }
                yield out.append("}; // size ")
                        .append(Integer.toUnsignedString(s.size()))
                        .toString();
            }
            case BtfType.Enum e -> {
                StringBuilder out = new StringBuilder(base(e)).append(" {\n");
                for (BtfType.Enumerator v : e.values()) {
                    out.append("    ").append(v.name()).append(" = ");
                    out.append(e.signed() ? Long.toString(v.value()) : Long.toUnsignedString(v.value()))
                            .append(",\n");
                }
                yield out.append('}').append(';').toString();
            }
            case BtfType.Typedef t -> "typedef " + declaration(btf, t.type(), t.name()) + ";";
            case BtfType.Function f -> declaration(btf, f.type(), f.name()) + ";";
            case BtfType.Variable v -> declaration(btf, v.type(), v.name()) + ";";
            case null, default -> name(btf, id);
        };
    }

    private static String declare(Btf btf, int id, String inner, int depth) {
        if (depth > MAX_DEPTH) {
            return join("...", inner);
        }
        StringBuilder qualifiers = new StringBuilder();
        int at = id;
        for (int i = 0; i < MAX_DEPTH; i++) {
            int next = switch (btf.type(at)) {
                case BtfType.Const c -> qualify(qualifiers, "const", c.type());
                case BtfType.Volatile v -> qualify(qualifiers, "volatile", v.type());
                case BtfType.Restrict r -> qualify(qualifiers, "restrict", r.type());
                case BtfType.TypeTag t -> t.type();
                case null, default -> -1;
            };
            if (next < 0) {
                break;
            }
            at = next;
        }
        return switch (btf.type(at)) {
            case BtfType.Pointer p -> {
                String pointer = "*" + join(qualifiers.toString(), inner);
                boolean wraps = switch (btf.type(btf.skipModifiers(p.type()))) {
                    case BtfType.Array _, BtfType.FunctionProto _ -> true;
                    case null, default -> false;
                };
                yield declare(btf, p.type(), wraps ? "(" + pointer + ")" : pointer, depth + 1);
            }
            case BtfType.Array a ->
                join(
                        qualifiers.toString(),
                        declare(
                                btf,
                                a.elementType(),
                                inner + "[" + (a.count() == 0 ? "" : Integer.toUnsignedString(a.count())) + "]",
                                depth + 1));
            case BtfType.FunctionProto p -> declare(btf, p.returnType(), inner + parameters(btf, p, depth), depth + 1);
            case null -> join(join(qualifiers.toString(), "?"), inner);
            case BtfType t -> join(join(qualifiers.toString(), base(t)), inner);
        };
    }

    private static int qualify(StringBuilder qualifiers, String word, int next) {
        qualifiers.append(qualifiers.isEmpty() ? "" : " ").append(word);
        return next;
    }

    private static String parameters(Btf btf, BtfType.FunctionProto p, int depth) {
        if (p.parameters().isEmpty()) {
            return "(void)";
        }
        StringBuilder out = new StringBuilder("(");
        for (BtfType.Parameter a : p.parameters()) {
            out.append(out.length() == 1 ? "" : ", ");
            boolean variadic = a.type() == 0 && a.name().isEmpty();
            out.append(variadic ? "..." : declare(btf, a.type(), a.name(), depth + 1));
            if (out.length() > 4096) {
                out.append(", ...");
                break;
            }
        }
        return out.append(')').toString();
    }

    private static String base(BtfType type) {
        return switch (type) {
            case BtfType.Void _ -> "void";
            case BtfType.Struct s -> (s.isUnion() ? "union " : "struct ") + orAnonymous(s.name());
            case BtfType.Enum e -> "enum " + orAnonymous(e.name());
            case BtfType.Forward f -> (f.isUnion() ? "union " : "struct ") + orAnonymous(f.name());
            default -> orAnonymous(type.name());
        };
    }

    private static String orAnonymous(String name) {
        return name.isEmpty() ? "(anonymous)" : name;
    }

    private static String join(String left, String right) {
        return left.isEmpty() ? right : right.isEmpty() ? left : left + " " + right;
    }
}
