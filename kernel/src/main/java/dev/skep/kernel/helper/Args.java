package dev.skep.kernel.helper;

import dev.skep.kernel.DynptrType;

/** The words that helper lines are written with: one factory per class of argument. */
final class Args {
    private static final int OUT = HelperArg.UNINIT | HelperArg.WRITE;

    private Args() {}

    private static HelperArg arg(ArgType type, int flags) {
        return new HelperArg(type, flags, 0, "", null);
    }

    /** Any initialised value. */
    static HelperArg any() {
        return arg(ArgType.ANYTHING, 0);
    }

    static HelperArg ctx() {
        return arg(ArgType.CTX, 0);
    }

    static HelperArg mapPtr() {
        return arg(ArgType.CONST_MAP_PTR, 0);
    }

    static HelperArg mapKey() {
        return arg(ArgType.MAP_KEY, 0);
    }

    /** A value to read. */
    static HelperArg mapValue() {
        return arg(ArgType.MAP_VALUE, 0);
    }

    /** Room for a value that the helper fills. */
    static HelperArg mapValueOut() {
        return arg(ArgType.MAP_VALUE, OUT);
    }

    /** Memory that the helper only reads; its size follows. */
    static HelperArg in() {
        return arg(ArgType.MEM, HelperArg.RDONLY);
    }

    /** Memory that the helper fills; its size follows. */
    static HelperArg out() {
        return arg(ArgType.MEM, OUT);
    }

    /** Memory that the helper reads and writes, or fills in part; its size follows. */
    static HelperArg inOut() {
        return arg(ArgType.MEM, HelperArg.WRITE);
    }

    /** Exactly {@code bytes} to read. */
    static HelperArg fixedIn(int bytes) {
        return new HelperArg(ArgType.MEM, HelperArg.RDONLY, bytes, "", null);
    }

    /** Exactly {@code bytes}, aligned, that the helper fills. */
    static HelperArg fixedOut(int bytes) {
        return new HelperArg(ArgType.MEM, OUT | HelperArg.ALIGNED, bytes, "", null);
    }

    /** Exactly {@code bytes}, aligned, read and written. */
    static HelperArg fixedInOut(int bytes) {
        return new HelperArg(ArgType.MEM, HelperArg.WRITE | HelperArg.ALIGNED, bytes, "", null);
    }

    static HelperArg size() {
        return arg(ArgType.SIZE, 0);
    }

    static HelperArg sizeOrZero() {
        return arg(ArgType.SIZE_OR_ZERO, 0);
    }

    static HelperArg allocSize() {
        return arg(ArgType.ALLOC_SIZE_OR_ZERO, 0);
    }

    static HelperArg spinLock() {
        return arg(ArgType.SPIN_LOCK, 0);
    }

    static HelperArg timer() {
        return arg(ArgType.TIMER, 0);
    }

    static HelperArg kptr() {
        return arg(ArgType.KPTR, 0);
    }

    static HelperArg constStr() {
        return arg(ArgType.CONST_STR, 0);
    }

    static HelperArg func() {
        return arg(ArgType.FUNC, 0);
    }

    static HelperArg stackOrNull() {
        return arg(ArgType.STACK, HelperArg.NULLABLE);
    }

    /** An initialised dynptr that stays as it is. */
    static HelperArg dynptr() {
        return arg(ArgType.DYNPTR, HelperArg.RDONLY);
    }

    /** A slot in which the helper makes a dynptr. */
    static HelperArg newDynptr(DynptrType type) {
        return new HelperArg(ArgType.DYNPTR, OUT, 0, "", type);
    }

    /** A dynptr that ends with the call. */
    static HelperArg releasedDynptr(DynptrType type) {
        return new HelperArg(ArgType.DYNPTR, HelperArg.RELEASE, 0, "", type);
    }

    static HelperArg releasedRecord() {
        return arg(ArgType.RINGBUF_MEM, HelperArg.RELEASE);
    }

    /** One of the verifier's socket kinds. */
    static HelperArg sockCommon() {
        return arg(ArgType.SOCK_COMMON, 0);
    }

    static HelperArg socket() {
        return arg(ArgType.SOCKET, 0);
    }

    /** A socket as the verifier's kind or as a BTF pointer. */
    static HelperArg anySock() {
        return arg(ArgType.BTF_ID_SOCK_COMMON, 0);
    }

    /** A pointer to this kernel struct. */
    static HelperArg btf(String struct) {
        return new HelperArg(ArgType.BTF_ID, 0, 0, struct, null);
    }

    static HelperArg percpu() {
        return arg(ArgType.PERCPU_BTF_ID, 0);
    }

    /** The same, or NULL. */
    static HelperArg orNull(HelperArg a) {
        return with(a, HelperArg.NULLABLE);
    }

    /** The same; its reference ends with the call. */
    static HelperArg released(HelperArg a) {
        return with(a, HelperArg.RELEASE);
    }

    private static HelperArg with(HelperArg a, int flag) {
        return new HelperArg(a.type(), a.flags() | flag, a.size(), a.struct(), a.dynptr());
    }
}
