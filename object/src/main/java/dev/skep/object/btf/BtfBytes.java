package dev.skep.object.btf;

import dev.skep.object.btf.BtfType.Enumerator;
import dev.skep.object.btf.BtfType.Linkage;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.btf.BtfType.Parameter;
import dev.skep.object.btf.BtfType.SectionVariable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Checked BTF bytes from which types are decoded when they are asked for: a kernel has over 100,000 of them, a program
 * needs some hundred.
 *
 * <p><em>Shape</em>: {@code at[i]} is where the head of type {@code firstId + i} starts. A head is three words:
 *
 * <pre>
 *  0  name, offset in the strings
 *  4  bits 0..15 number of elements, 24..28 kind, 31 kind flag
 *  8  size in bytes, or id of the type referred to
 * </pre>
 *
 * Strings of split BTF are numbered after those of its base.
 */
final class BtfBytes {
    final byte[] bytes;
    final boolean little;
    final BtfBytes base;
    final int firstId;
    final int[] at;
    final int strings;
    final int stringsLength;
    /** Offset of this set's first string: the length of all strings of the bases. */
    final int firstString;

    BtfBytes(byte[] bytes, boolean little, BtfBytes base, int firstId, int[] at, int strings, int stringsLength) {
        this.bytes = bytes;
        this.little = little;
        this.base = base;
        this.firstId = firstId;
        this.at = at;
        this.strings = strings;
        this.stringsLength = stringsLength;
        this.firstString = base == null ? 0 : base.stringsEnd();
    }

    int stringsEnd() {
        return firstString + stringsLength;
    }

    int word(int offset) {
        byte[] b = bytes;
        int v = b[offset] & 0xff | (b[offset + 1] & 0xff) << 8 | (b[offset + 2] & 0xff) << 16 | b[offset + 3] << 24;
        return little ? v : Integer.reverseBytes(v);
    }

    int kind(int id) {
        return word(at[id - firstId] + 4) >>> 24 & 0x1f;
    }

    int nameOffset(int id) {
        return word(at[id - firstId]);
    }

    /** The string at this offset of the common numbering. */
    String string(int offset) {
        if (offset == 0) {
            return "";
        }
        if (offset < firstString) {
            return base.string(offset);
        }
        int start = strings + offset - firstString;
        int end = start;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    BtfType decode(int id) {
        int head = at[id - firstId];
        int info = word(head + 4);
        int count = info & 0xffff;
        boolean flag = info < 0;
        int third = word(head + 8);
        int tail = head + 12;
        String name = string(word(head));
        return switch (info >>> 24 & 0x1f) {
            case BtfKind.INT -> {
                int data = word(tail);
                int encoding = data >>> 24 & 0xf;
                yield new BtfType.Int(
                        name,
                        third,
                        (encoding & 1) != 0,
                        (encoding & 2) != 0,
                        (encoding & 4) != 0,
                        data >>> 16 & 0xff,
                        data & 0xff);
            }
            case BtfKind.PTR -> new BtfType.Pointer(third);
            case BtfKind.ARRAY -> new BtfType.Array(word(tail), word(tail + 4), word(tail + 8));
            case BtfKind.STRUCT -> new BtfType.Struct(name, false, third, members(tail, count, flag));
            case BtfKind.UNION -> new BtfType.Struct(name, true, third, members(tail, count, flag));
            case BtfKind.ENUM -> new BtfType.Enum(name, third, flag, false, enumerators(tail, count, flag));
            case BtfKind.ENUM64 -> new BtfType.Enum(name, third, flag, true, enumerators64(tail, count));
            case BtfKind.FWD -> new BtfType.Forward(name, flag);
            case BtfKind.TYPEDEF -> new BtfType.Typedef(name, third);
            case BtfKind.VOLATILE -> new BtfType.Volatile(third);
            case BtfKind.CONST -> new BtfType.Const(third);
            case BtfKind.RESTRICT -> new BtfType.Restrict(third);
            case BtfKind.FUNC -> new BtfType.Function(name, third, linkage(count));
            case BtfKind.FUNC_PROTO -> new BtfType.FunctionProto(third, parameters(tail, count));
            case BtfKind.VAR -> new BtfType.Variable(name, third, linkage(word(tail)));
            case BtfKind.DATASEC -> new BtfType.DataSection(name, third, variables(tail, count));
            case BtfKind.FLOAT -> new BtfType.Float(name, third);
            case BtfKind.DECL_TAG -> new BtfType.DeclTag(name, third, word(tail));
            case BtfKind.TYPE_TAG -> new BtfType.TypeTag(name, third);
            default -> throw new IllegalStateException("kind was not checked");
        };
    }

    private List<Member> members(int from, int count, boolean bitFields) {
        List<Member> out = new ArrayList<>(count);
        for (int p = from; p < from + 12 * count; p += 12) {
            int offset = word(p + 8);
            out.add(new Member(
                    string(word(p)),
                    word(p + 4),
                    bitFields ? offset & 0xff_ffff : offset,
                    bitFields ? offset >>> 24 : 0));
        }
        return List.copyOf(out);
    }

    private List<Enumerator> enumerators(int from, int count, boolean signed) {
        List<Enumerator> out = new ArrayList<>(count);
        for (int p = from; p < from + 8 * count; p += 8) {
            int value = word(p + 4);
            out.add(new Enumerator(string(word(p)), signed ? value : value & 0xffff_ffffL));
        }
        return List.copyOf(out);
    }

    private List<Enumerator> enumerators64(int from, int count) {
        List<Enumerator> out = new ArrayList<>(count);
        for (int p = from; p < from + 12 * count; p += 12) {
            out.add(new Enumerator(string(word(p)), word(p + 4) & 0xffff_ffffL | (long) word(p + 8) << 32));
        }
        return List.copyOf(out);
    }

    private List<Parameter> parameters(int from, int count) {
        List<Parameter> out = new ArrayList<>(count);
        for (int p = from; p < from + 8 * count; p += 8) {
            out.add(new Parameter(string(word(p)), word(p + 4)));
        }
        return List.copyOf(out);
    }

    private List<SectionVariable> variables(int from, int count) {
        List<SectionVariable> out = new ArrayList<>(count);
        for (int p = from; p < from + 12 * count; p += 12) {
            out.add(new SectionVariable(word(p), word(p + 4), word(p + 8)));
        }
        return List.copyOf(out);
    }

    private static Linkage linkage(int number) {
        return switch (number) {
            case 0 -> Linkage.STATIC;
            case 1 -> Linkage.GLOBAL;
            default -> Linkage.EXTERN;
        };
    }
}
