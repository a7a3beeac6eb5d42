package dev.skep.object.core;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;

/**
 * What one path answers to a relocation.
 *
 * @param value the answer
 * @param size bytes that a load of the field reads; 0 where loads keep their size
 * @param typeId type of the field where {@code size} is set
 * @param reliable a compiler must have put the same value into the instruction; bit fields can be loaded in several
 *     ways
 */
record CoreValue(long value, int size, int typeId, boolean reliable) {

    /** The answer of a path that exists. */
    static CoreValue of(AccessPath path) throws CoreException {
        Btf btf = path.btf;
        return switch (path.kind) {
            case FIELD_EXISTS, TYPE_EXISTS, TYPE_MATCHES, ENUMVAL_EXISTS -> plain(1);
            case TYPE_ID_LOCAL, TYPE_ID_TARGET -> new CoreValue(path.root, 0, 0, false);
            case TYPE_SIZE -> plain(size(btf, path.root));
            case ENUMVAL_VALUE ->
                plain(((BtfType.Enum) btf.type(path.last().type()))
                        .values()
                        .get(path.last().index())
                        .value());
            default -> path.last().name() == null ? ofElement(path) : ofMember(path);
        };
    }

    /** The answer when there is no path; null when the instruction must not run. */
    static CoreValue ofNothing(CoreKind kind) {
        return kind.isType() || kind == CoreKind.FIELD_EXISTS || kind == CoreKind.ENUMVAL_EXISTS ? plain(0) : null;
    }

    private static CoreValue ofElement(AccessPath path) throws CoreException {
        int type = path.last().type();
        int size = size(path.btf, type);
        return switch (path.kind) {
            case FIELD_BYTE_OFFSET -> new CoreValue(path.bitOffset() / 8, size, type, true);
            case FIELD_BYTE_SIZE -> plain(size);
            default -> throw new CoreException("relocation must not be of an array element: kind=" + path.kind.word());
        };
    }

    private static CoreValue ofMember(AccessPath path) throws CoreException {
        Btf btf = path.btf;
        BtfType.Member member = ((BtfType.Struct) btf.type(path.last().type()))
                .members()
                .get(path.last().index());
        int type = btf.resolve(member.type());
        boolean bitField = member.bitFieldSize() > 0;
        int size = size(btf, type);
        long bits = path.bitOffset();
        long bytes = bits / 8;
        long width = size * 8L;
        if (bitField) {
            width = member.bitFieldSize();
            size = Math.max(1, size);
            bytes = bits / 8 / size * size;
            while (bits + width - bytes * 8 > size * 8L) {
                if (size >= 8) {
                    throw new CoreException("bit field must be readable with one load: relocation=" + path);
                }
                size *= 2;
                bytes = bits / 8 / size * size;
            }
        }
        return switch (path.kind) {
            case FIELD_BYTE_OFFSET ->
                bitField ? new CoreValue(bytes, 0, 0, false) : new CoreValue(bytes, size, type, true);
            case FIELD_BYTE_SIZE -> new CoreValue(size, 0, 0, !bitField);
            case FIELD_SIGNED -> plain(isSigned(btf.type(type)) ? 1 : 0);
            case FIELD_LSHIFT_U64 -> new CoreValue(64 - (bits + width - bytes * 8), 0, 0, !bitField);
            default -> plain(64 - width);
        };
    }

    private static boolean isSigned(BtfType type) {
        return type instanceof BtfType.Int i && i.signed() || type instanceof BtfType.Enum e && e.signed();
    }

    private static int size(Btf btf, int id) throws CoreException {
        long size = btf.sizeOf(id);
        if (size < 0) {
            throw new CoreException("type must have a size: type=" + id);
        }
        return (int) size;
    }

    private static CoreValue plain(long value) {
        return new CoreValue(value, 0, 0, true);
    }
}
