package dev.skep.object.btf;

import java.util.List;

/**
 * One BTF type. References to other types are ids in the same {@link Btf}; id 0 is {@code void}. Names are empty when
 * absent.
 *
 * <p><em>Units</em>: sizes in bytes; member offsets and bit-field sizes in bits.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/btf.rst, uapi/linux/btf.h.
 */
public sealed interface BtfType {
    /** The type's name, "" if it has none. */
    default String name() {
        return "";
    }

    /** {@code void}: type 0. */
    record Void() implements BtfType {}

    /** An integer; {@code offsetBits} and {@code bits} describe old-style bit fields. */
    record Int(String name, int size, boolean signed, boolean isChar, boolean isBool, int offsetBits, int bits)
            implements BtfType {}

    record Pointer(int type) implements BtfType {}

    record Array(int elementType, int indexType, int count) implements BtfType {}

    /** A struct or union member; {@code bitFieldSize} 0 means an ordinary member. */
    record Member(String name, int type, int offsetBits, int bitFieldSize) {}

    /** A struct, or a union when {@code isUnion}. */
    record Struct(String name, boolean isUnion, int size, List<Member> members) implements BtfType {}

    record Enumerator(String name, long value) {}

    /** An enum of any size (enum and enum64). */
    record Enum(String name, int size, boolean signed, boolean is64, List<Enumerator> values) implements BtfType {}

    /** A forward declaration. */
    record Forward(String name, boolean isUnion) implements BtfType {}

    record Typedef(String name, int type) implements BtfType {}

    record Volatile(int type) implements BtfType {}

    record Const(int type) implements BtfType {}

    record Restrict(int type) implements BtfType {}

    /** A function; {@code type} is its {@link FunctionProto}. */
    record Function(String name, int type, Linkage linkage) implements BtfType {}

    record Parameter(String name, int type) {}

    /** A prototype; a last parameter of type 0 without name means variadic. */
    record FunctionProto(int returnType, List<Parameter> parameters) implements BtfType {}

    record Variable(String name, int type, Linkage linkage) implements BtfType {}

    record SectionVariable(int type, int offset, int size) {}

    /** A data section such as {@code .maps} or {@code .bss}. */
    record DataSection(String name, int size, List<SectionVariable> variables) implements BtfType {}

    record Float(String name, int size) implements BtfType {}

    /** A tag on a declaration; {@code componentIndex} is a member or parameter, -1 the declaration itself. */
    record DeclTag(String name, int type, int componentIndex) implements BtfType {}

    record TypeTag(String name, int type) implements BtfType {}

    /** How a function or variable is linked. */
    enum Linkage {
        STATIC,
        GLOBAL,
        EXTERN
    }
}
