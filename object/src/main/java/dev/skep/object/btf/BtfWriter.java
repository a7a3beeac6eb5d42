package dev.skep.object.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * {@link Btf} to bytes: little-endian BTF as the kernel's BPF_BTF_LOAD takes it.
 *
 * <p><em>Shape</em>: only the set's own types are written, not its base's. Equal strings are written once. Reading the
 * bytes back on the same base gives equal types under the same ids.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/btf.rst.
 */
public final class BtfWriter {
    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> offsets = new HashMap<>();
    private final int firstString;

    private BtfWriter(int firstString) {
        this.firstString = firstString;
        offsets.put("", 0);
        if (firstString == 0) {
            strings.write(0);
        }
    }

    /** The bytes of a {@code .BTF} section. */
    public static byte[] write(Btf btf) {
        BtfWriter writer = fill(btf);
        byte[] t = writer.types.toByteArray();
        byte[] s = writer.strings.toByteArray();
        ByteBuffer out = ByteBuffer.allocate(24 + t.length + s.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        out.putInt(0).putInt(t.length).putInt(t.length).putInt(s.length);
        return out.put(t).put(s).array();
    }

    private static BtfWriter fill(Btf btf) {
        BtfWriter writer = new BtfWriter(btf.base() == null ? 0 : stringsEnd(btf.base()));
        for (int id = btf.firstId(); id < btf.size(); id++) {
            writer.type(btf.type(id));
        }
        return writer;
    }

    private static int stringsEnd(Btf btf) {
        if (btf.bytes() != null) {
            return btf.bytes().stringsEnd();
        }
        BtfWriter writer = fill(btf);
        return writer.firstString + writer.strings.size();
    }

    private void type(BtfType type) {
        switch (type) {
            case BtfType.Void _ -> throw new IllegalArgumentException("void has no record");
            case BtfType.Int t -> {
                head(t.name(), BtfKind.INT, 0, false, t.size());
                int encoding = (t.signed() ? 1 : 0) | (t.isChar() ? 2 : 0) | (t.isBool() ? 4 : 0);
                word(encoding << 24 | t.offsetBits() << 16 | t.bits());
            }
            case BtfType.Pointer t -> head("", BtfKind.PTR, 0, false, t.type());
            case BtfType.Array t -> {
                head("", BtfKind.ARRAY, 0, false, 0);
                word(t.elementType());
                word(t.indexType());
                word(t.count());
            }
            case BtfType.Struct t -> struct(t);
            case BtfType.Enum t -> enumeration(t);
            case BtfType.Forward t -> head(t.name(), BtfKind.FWD, 0, t.isUnion(), 0);
            case BtfType.Typedef t -> head(t.name(), BtfKind.TYPEDEF, 0, false, t.type());
            case BtfType.Volatile t -> head("", BtfKind.VOLATILE, 0, false, t.type());
            case BtfType.Const t -> head("", BtfKind.CONST, 0, false, t.type());
            case BtfType.Restrict t -> head("", BtfKind.RESTRICT, 0, false, t.type());
            case BtfType.Function t -> head(t.name(), BtfKind.FUNC, t.linkage().ordinal(), false, t.type());
            case BtfType.FunctionProto t -> {
                head("", BtfKind.FUNC_PROTO, t.parameters().size(), false, t.returnType());
                for (BtfType.Parameter p : t.parameters()) {
                    word(string(p.name()));
                    word(p.type());
                }
            }
            case BtfType.Variable t -> {
                head(t.name(), BtfKind.VAR, 0, false, t.type());
                word(t.linkage().ordinal());
            }
            case BtfType.DataSection t -> {
                head(t.name(), BtfKind.DATASEC, t.variables().size(), false, t.size());
                for (BtfType.SectionVariable v : t.variables()) {
                    word(v.type());
                    word(v.offset());
                    word(v.size());
                }
            }
            case BtfType.Float t -> head(t.name(), BtfKind.FLOAT, 0, false, t.size());
            case BtfType.DeclTag t -> {
                head(t.name(), BtfKind.DECL_TAG, 0, false, t.type());
                word(t.componentIndex());
            }
            case BtfType.TypeTag t -> head(t.name(), BtfKind.TYPE_TAG, 0, false, t.type());
        }
    }

    private void struct(BtfType.Struct t) {
        boolean bitFields = t.members().stream().anyMatch(m -> m.bitFieldSize() != 0);
        head(t.name(), t.isUnion() ? BtfKind.UNION : BtfKind.STRUCT, t.members().size(), bitFields, t.size());
        for (BtfType.Member m : t.members()) {
            if (bitFields && m.offsetBits() >>> 24 != 0) {
                throw new IllegalArgumentException("member beyond bit 2^24 beside bit fields: member=" + m.name());
            }
            word(string(m.name()));
            word(m.type());
            word(bitFields ? m.bitFieldSize() << 24 | m.offsetBits() : m.offsetBits());
        }
    }

    private void enumeration(BtfType.Enum t) {
        head(t.name(), t.is64() ? BtfKind.ENUM64 : BtfKind.ENUM, t.values().size(), t.signed(), t.size());
        for (BtfType.Enumerator e : t.values()) {
            word(string(e.name()));
            word((int) e.value());
            if (t.is64()) {
                word((int) (e.value() >>> 32));
            }
        }
    }

    private void head(String name, int kind, int count, boolean flag, int third) {
        if (count > 0xffff) {
            throw new IllegalArgumentException("more than 65535 elements: name=" + name);
        }
        word(string(name));
        word(count | kind << 24 | (flag ? 1 << 31 : 0));
        word(third);
    }

    private int string(String s) {
        Integer known = offsets.get(s);
        if (known != null) {
            return known;
        }
        int offset = firstString + strings.size();
        strings.writeBytes(s.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        offsets.put(s, offset);
        return offset;
    }

    private void word(int v) {
        types.write(v);
        types.write(v >>> 8);
        types.write(v >>> 16);
        types.write(v >>> 24);
    }
}
