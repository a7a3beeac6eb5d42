package dev.skep.conformance.dynptr;

import static dev.skep.conformance.dynptr.Row.syscall;
import static dev.skep.conformance.dynptr.Row.tc;

import java.util.List;

/** Local dynptrs and those over ring-buffer records. */
final class LocalRows {
    private static final long E2BIG = -7;
    private static final long EINVAL = -22;
    private static final long ERANGE = -34;

    private LocalRows() {}

    /** Size, null or not, read-only or not. */
    private static void shape(DynptrCode p, int d) {
        p.size(d).isNull(d).isReadOnly(d);
    }

    static List<Row> rows() {
        return List.of(
                tc(
                        "from_mem: flags are -EINVAL, and the dynptr null",
                        p -> {
                            p.fromMem(0, 0, 64, 1);
                            shape(p, 0);
                        },
                        EINVAL,
                        EINVAL,
                        1,
                        0),
                tc(
                        "from_mem: size 0 is a dynptr, and not null",
                        p -> {
                            p.fromMem(0, 0, 0, 0);
                            shape(p, 0);
                        },
                        0,
                        0,
                        0,
                        0),
                tc(
                        "from_mem: any size up to the value's",
                        p -> {
                            p.fromMem(0, 8, 1016, 0);
                            shape(p, 0);
                        },
                        0,
                        1016,
                        0,
                        0),
                tc(
                        "reserve: flags are -EINVAL, before the size",
                        p -> {
                            p.reserve(0, 0x100_0000, 1);
                            shape(p, 0);
                            p.submit(0, 0);
                        },
                        EINVAL,
                        EINVAL,
                        1,
                        0),
                tc(
                        "reserve: above 2^24 - 1 bytes -E2BIG",
                        p -> {
                            p.reserve(0, 0x100_0000, 0).discard(0, 0).reserve(0, 0xff_ffff, 0);
                            shape(p, 0);
                            p.discard(0, 0);
                        },
                        E2BIG,
                        EINVAL,
                        EINVAL,
                        1,
                        0),
                tc(
                        "reserve: no room is -EINVAL",
                        p -> {
                            p.reserve(2, 4088, 0)
                                    .submit(2, 0)
                                    .reserve(0, 4080, 0)
                                    .reserve(1, 8, 0);
                            shape(p, 0);
                            shape(p, 1);
                            p.submit(1, 0).submit(0, 0);
                        },
                        EINVAL,
                        0,
                        EINVAL,
                        4080,
                        0,
                        0,
                        EINVAL,
                        1,
                        0),
                tc(
                        "reserve: size 0 is a dynptr, and takes a header",
                        p -> {
                            p.reserve(0, 0, 0);
                            shape(p, 0);
                            p.submit(0, 0)
                                    .reserve(1, 4072, 0)
                                    .submit(1, 0)
                                    .reserve(2, 0, 0)
                                    .submit(2, 0);
                        },
                        0,
                        0,
                        0,
                        0,
                        0,
                        EINVAL),
                tc(
                        "submit: the whole record, whatever adjust did; unknown flags are ignored",
                        p -> p.reserve(0, 32, 0)
                                .fill(0, 0, 32, 7)
                                .adjust(0, 5, 9)
                                .submit(0, ~3L),
                        0,
                        0,
                        0),
                tc(
                        "discard: nothing comes out",
                        p -> p.reserve(0, 32, 0).discard(0, 0).reserve(0, 8, 0).submit(0, 0),
                        0,
                        0),
                tc(
                        "reserve: the size is a number known only at run time",
                        p -> {
                            p.code().load64(1, 1, Subject.RING, 0);
                            p.value(4, Subject.AREA, 17);
                            p.code().load(1, 2, 4, 0);
                            p.number(3, 0)
                                    .dynptr(4, 0)
                                    .helper(198)
                                    .size(0)
                                    .fill(0, 0, 17, 9)
                                    .submit(0, 0);
                        },
                        0,
                        17,
                        0),
                tc(
                        "reserve: high bits of the size are dropped",
                        p -> p.reserve(0, (1L << 32) + 16, 0).size(0).discard(0, 0),
                        0,
                        16),
                tc(
                        "read: null is -EINVAL, whatever the range",
                        p -> p.fromMem(0, 0, 64, 1).read(0, 0, 0, 0, 0).read(0, 99, 8, 0, 0),
                        EINVAL,
                        EINVAL,
                        EINVAL),
                tc(
                        "read: flags win over the range",
                        p -> p.fromMem(0, 0, 64, 0).read(0, 99, 8, 1, 0).read(0, 99, 8, 0, 0),
                        0,
                        EINVAL,
                        E2BIG),
                tc(
                        "range: to the last byte, and an empty one at the end",
                        p -> {
                            p.fromMem(0, 3, 64, 0);
                            p.read(0, 0, 64, 0, 0)
                                    .read(0, 63, 1, 0, 100)
                                    .read(0, 64, 0, 0, 0)
                                    .read(0, 65, 0, 0, 0)
                                    .read(0, 64, 1, 0, 0)
                                    .read(0, 0, 65, 0, 0)
                                    .read(0, 1, 64, 0, 0)
                                    .read(0, 0xffff_ffffL, 2, 0, 0);
                        },
                        0,
                        0,
                        0,
                        0,
                        E2BIG,
                        E2BIG,
                        E2BIG,
                        E2BIG,
                        E2BIG),
                tc(
                        "offsets: high bits are dropped",
                        p -> p.fromMem(0, 0, 64, 0)
                                .read(0, (1L << 32) + 5, 4, 0, 0)
                                .write(0, 3L << 32, 4, 0, 0)
                                .data(0, (1L << 32) + 2, 2, -1)
                                .slice(0, (1L << 32) + 4, 2, -1)
                                .adjust(0, 1L << 32, (1L << 32) + 60)
                                .size(0),
                        0,
                        0,
                        0,
                        pointer(7, 8, false),
                        pointer(4, 5, false),
                        0,
                        60),
                tc(
                        "write: null -EINVAL, then range -E2BIG, then flags -EINVAL",
                        p -> p.fromMem(0, 0, 64, 1)
                                .write(0, 99, 8, 9, 0)
                                .fromMem(0, 0, 64, 0)
                                .write(0, 99, 8, 9, 0)
                                .write(0, 0, 8, 1, 0)
                                .write(0, 0, 8, 2, 0)
                                .write(0, 56, 8, 0, 0)
                                .write(0, 64, 0, 0, 0),
                        EINVAL,
                        EINVAL,
                        0,
                        E2BIG,
                        EINVAL,
                        EINVAL,
                        0,
                        0),
                tc(
                        "write to a record: flags must be 0",
                        p -> p.reserve(0, 64, 0)
                                .write(0, 0, 8, 1, 0)
                                .write(0, 8, 64, 0, 0)
                                .write(0, 0, 64, 0, 0)
                                .submit(0, 0),
                        0,
                        EINVAL,
                        E2BIG,
                        0),
                tc(
                        "data: pointers, NULL out of range and of null",
                        p -> p.fromMem(0, 10, 64, 0)
                                .data(0, 0, 64, -1)
                                .data(0, 63, 1, -1)
                                .data(0, 64, 0, -1)
                                .data(0, 65, 0, -1)
                                .data(0, 60, 8, -1)
                                .data(0, 8, 8, 0x55)
                                .read(0, 15, 1, 0, 0)
                                .fromMem(0, 0, 64, 1)
                                .data(0, 0, 0, -1),
                        0,
                        pointer(10, 73, false),
                        pointer(73, 73, false),
                        1,
                        0,
                        0,
                        pointer(18, 25, false),
                        0,
                        EINVAL,
                        0),
                tc(
                        "slices of a block are direct, with and without buffer",
                        p -> p.fromMem(0, 0, 64, 0)
                                .slice(0, 2, 4, 0)
                                .slice(0, 2, 4, -1)
                                .sliceWritable(0, 4, 2, 0, 0x66)
                                .slice(0, 5, 1, -1)
                                .slice(0, 64, 0, -1)
                                .slice(0, 64, 1, 0)
                                .slice(0, 65, 0, 0),
                        0,
                        pointer(2, 5, false),
                        pointer(2, 5, false),
                        pointer(4, 5, false),
                        pointer(0x66, 0x66, false),
                        1,
                        0,
                        0),
                tc(
                        "slices of null are NULL",
                        p -> p.fromMem(0, 0, 64, 1)
                                .slice(0, 0, 8, 0)
                                .sliceWritable(0, 0, 0, 0, -1)
                                .slice(0, 0, 0, -1),
                        EINVAL,
                        0,
                        0,
                        0),
                tc(
                        "adjust: null and start > end -EINVAL, outside -ERANGE",
                        p -> p.fromMem(0, 0, 64, 1)
                                .adjust(0, 0, 0)
                                .fromMem(0, 0, 64, 0)
                                .adjust(0, 9, 8)
                                .adjust(0, 65, 66)
                                .adjust(0, 0, 65)
                                .adjust(0, 65, 64)
                                .size(0),
                        EINVAL,
                        EINVAL,
                        0,
                        EINVAL,
                        ERANGE,
                        ERANGE,
                        EINVAL,
                        64),
                tc(
                        "adjust: narrows from the view, and never widens",
                        p -> p.fromMem(0, 0, 64, 0)
                                .adjust(0, 10, 40)
                                .size(0)
                                .data(0, 0, 1, -1)
                                .adjust(0, 5, 31)
                                .adjust(0, 5, 30)
                                .size(0)
                                .slice(0, 0, 25, -1)
                                .adjust(0, 25, 25)
                                .size(0)
                                .isNull(0)
                                .adjust(0, 0, 1)
                                .adjust(0, 0, 0),
                        0,
                        0,
                        30,
                        pointer(10, 10, false),
                        ERANGE,
                        0,
                        25,
                        pointer(15, 39, false),
                        0,
                        0,
                        0,
                        ERANGE,
                        0),
                tc(
                        "clone: of null -EINVAL, and null",
                        p -> p.fromMem(0, 0, 64, 1).cloneTo(0, 1).size(1).isNull(1),
                        EINVAL,
                        EINVAL,
                        EINVAL,
                        1),
                tc(
                        "clone: type, offset, size; then each goes its way",
                        p -> p.fromMem(0, 0, 64, 0)
                                .adjust(0, 4, 60)
                                .cloneTo(0, 1)
                                .size(1)
                                .data(1, 0, 1, -1)
                                .adjust(0, 1, 2)
                                .size(1)
                                .size(0)
                                .cloneTo(1, 1)
                                .size(1),
                        0,
                        0,
                        0,
                        56,
                        pointer(4, 4, false),
                        0,
                        56,
                        1,
                        0,
                        56),
                tc(
                        "clone of a record: written through the one, read through the other",
                        p -> p.reserve(0, 16, 0)
                                .cloneTo(0, 1)
                                .fill(0, 0, 16, 3)
                                .read(1, 8, 8, 0, 0)
                                .adjust(1, 4, 8)
                                .submit(1, 0),
                        0,
                        0,
                        0,
                        0,
                        0),
                tc(
                        "copy: blocks, overlapping both ways",
                        p -> p.fromMem(0, 0, 64, 0)
                                .copy(0, 0, 0, 8, 32)
                                .copy(0, 20, 0, 0, 40)
                                .copy(0, 0, 0, 32, 32)
                                .copy(0, 1, 0, 0, 64)
                                .copy(0, 64, 0, 64, 0),
                        0,
                        0,
                        0,
                        0,
                        E2BIG,
                        0),
                tc(
                        "copy: range and null, one side",
                        p -> p.fromMem(0, 0, 64, 0)
                                .fromMem(1, 0, 64, 1)
                                .copy(0, 0, 1, 0, 8)
                                .copy(1, 0, 0, 0, 8)
                                .copy(0, 60, 0, 0, 8)
                                .copy(0, 0, 0, 60, 8)
                                .copy(0, 0, 1, 0, 0)
                                .copy(1, 0, 0, 0, 0)
                                .copy(1, 99, 0, 0, 0)
                                .copy(0, 0, 1, 99, 0),
                        0,
                        EINVAL,
                        EINVAL,
                        EINVAL,
                        E2BIG,
                        E2BIG,
                        EINVAL,
                        EINVAL,
                        EINVAL,
                        EINVAL),
                tc(
                        "copy: two null ones",
                        p -> p.fromMem(0, 0, 64, 1)
                                .fromMem(1, 0, 64, 1)
                                .copy(0, 0, 1, 0, 0)
                                .copy(0, 0, 1, 0, 1)
                                .copy(0, 1, 1, 0, 0),
                        EINVAL,
                        EINVAL,
                        0,
                        E2BIG,
                        E2BIG),
                tc(
                        "copy: record to memory and back",
                        p -> p.reserve(0, 300, 0)
                                .fromMem(1, 0, 1000, 0)
                                .copy(0, 0, 1, 7, 300)
                                .copy(1, 600, 0, 100, 200)
                                .submit(0, 0),
                        0,
                        0,
                        0,
                        0),
                tc(
                        "memset: direct, out of range, null",
                        p -> p.fromMem(0, 0, 64, 0)
                                .fill(0, 4, 8, 0x1ff)
                                .fill(0, 60, 8, 1)
                                .fill(0, 64, 0, 1)
                                .fill(0, 65, 0, 1)
                                .fromMem(0, 0, 64, 1)
                                .fill(0, 0, 0, 1)
                                .fill(0, 0, 1, 1)
                                .fill(0, 1, 0, 1),
                        0,
                        0,
                        E2BIG,
                        0,
                        E2BIG,
                        EINVAL,
                        0,
                        E2BIG,
                        E2BIG),
                tc(
                        "memset: sizes drop their high bits",
                        p -> p.fromMem(0, 0, 64, 0).fill(0, 0, (1L << 32) + 4, 1),
                        0,
                        0),
                syscall(
                        "a syscall program has them as well",
                        p -> p.fromMem(0, 0, 64, 0).data(0, 0, 8, 1).size(0).slice(0, 8, 8, 0),
                        0,
                        pointer(0, 7, false),
                        64,
                        pointer(8, 15, false)),
                tc(
                        "read into its own slice, and over itself",
                        p -> {
                            p.fromMem(0, 0, 64, 0);
                            p.value(1, Subject.AREA, 4)
                                    .number(2, 32)
                                    .dynptr(3, 0)
                                    .number(4, 0)
                                    .number(5, 0)
                                    .helper(201);
                            p.dynptr(1, 0)
                                    .number(2, 0)
                                    .value(3, Subject.AREA, 8)
                                    .number(4, 32)
                                    .number(5, 0)
                                    .helper(202);
                        },
                        0,
                        0,
                        0),
                tc(
                        "slices may be adjusted away under and stay",
                        p -> p.fromMem(0, 0, 64, 0)
                                .slice(0, 0, 8, -1)
                                .adjust(0, 32, 64)
                                .slice(0, 0, 8, -1),
                        0,
                        pointer(0, 7, false),
                        0,
                        pointer(32, 39, false)),
                tc(
                        "null dynptrs may be submitted and discarded",
                        p -> p.reserve(0, 8, 9).submit(0, 0).reserve(0, 8, 9).discard(0, 0),
                        EINVAL,
                        EINVAL));
    }

    /** What is noted of a pointer: see {@link DynptrCode}. */
    static long pointer(int first, int last, boolean buffer) {
        return 1 | (first & 0xffL) << 8 | (last & 0xffL) << 16 | (buffer ? 1 << 24 : 0);
    }
}
