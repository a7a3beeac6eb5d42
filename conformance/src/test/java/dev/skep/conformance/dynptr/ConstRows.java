package dev.skep.conformance.dynptr;

import static dev.skep.conformance.dynptr.LocalRows.pointer;
import static dev.skep.conformance.dynptr.Row.syscall;
import static dev.skep.conformance.dynptr.Row.tc;

import java.util.List;
import java.util.function.Consumer;

/**
 * Dynptrs that are not on the stack: samples of a user ring, arguments of global functions; and memory read into
 * dynptrs.
 */
final class ConstRows {
    private static final long EFAULT = -14;
    private static final long E2BIG = -7;
    private static final long EINVAL = -22;
    private static final long ERANGE = -34;

    private ConstRows() {}

    /** A program that drains the user ring with this callback; R1 in the callback is kept in R6. */
    private static void drain(DynptrCode p, Consumer<DynptrCode> callback) {
        int function = p.code().label();
        p.code().load64(1, 1, Subject.USER_RING, 0);
        p.code().functionAddress(2, function);
        p.number(3, 0).number(4, 0).helper(209).end();
        p.code().bind(function);
        p.function(Subject.CALLBACK_TYPE);
        p.code().mov(6, 1);
        callback.accept(p);
        p.end();
    }

    private static DynptrCode sample(DynptrCode p) {
        p.code().mov(1, 6);
        return p;
    }

    private static DynptrCode sampleSize(DynptrCode p) {
        return sample(p).kfunc("bpf_dynptr_size");
    }

    /** A program that hands a dynptr to a global function, and what the function does with R6. */
    private static void global(DynptrCode p, Consumer<DynptrCode> before, Consumer<DynptrCode> body) {
        int function = p.code().label();
        before.accept(p);
        p.dynptr(1, 0);
        p.code().callSubprogram(function);
        p.end();
        p.code().bind(function);
        p.function(Subject.GLOBAL_TYPE);
        p.code().mov(6, 1);
        body.accept(p);
        p.end();
    }

    static List<Row> rows() {
        return List.of(
                tc(
                                "drain: the sample's size, its bytes, and writing to it",
                                p -> drain(p, q -> {
                                    sampleSize(q);
                                    q.value(1, Subject.BUFFER, 0)
                                            .number(2, 8)
                                            .code()
                                            .mov(3, 6);
                                    q.number(4, 2).number(5, 0).helper(201);
                                    sample(q)
                                            .number(2, 0)
                                            .value(3, Subject.BUFFER, 0)
                                            .number(4, 8)
                                            .number(5, 0)
                                            .helper(202);
                                    sample(q).number(2, 4).number(3, 4).code().helper(203);
                                    q.notePointer(4, -1, 0x44);
                                }),
                                1,
                                20,
                                0,
                                0,
                                pointer(6, 9, false))
                        .withSamples(Subject.counting(20)),
                tc(
                                "drain: a sample may be adjusted, cloned, filled and copied from",
                                p -> drain(p, q -> {
                                    sample(q).number(2, 4).number(3, 12).kfunc("bpf_dynptr_adjust");
                                    sampleSize(q);
                                    sample(q)
                                            .dynptr(2, 1)
                                            .kfunc("bpf_dynptr_clone")
                                            .size(1)
                                            .isReadOnly(1);
                                    sample(q)
                                            .number(2, 0)
                                            .number(3, 2)
                                            .number(4, 0x33)
                                            .kfunc("bpf_dynptr_memset");
                                    q.fromMem(2, 0, 64, 0)
                                            .dynptr(1, 2)
                                            .number(2, 0)
                                            .code()
                                            .mov(3, 6);
                                    q.number(4, 0).number(5, 8).kfunc("bpf_dynptr_copy");
                                }),
                                1,
                                0,
                                8,
                                0,
                                8,
                                0,
                                0,
                                0,
                                0)
                        .withSamples(Subject.counting(20)),
                tc(
                                "drain: short samples and long reads",
                                p -> drain(p, q -> {
                                    q.value(1, Subject.BUFFER, 0)
                                            .number(2, 8)
                                            .code()
                                            .mov(3, 6);
                                    q.number(4, 0).number(5, 0).helper(201);
                                }),
                                1,
                                E2BIG)
                        .withSamples(Subject.counting(7)),
                tc(
                        "a global function sees any dynptr",
                        p -> global(p, q -> q.fromMem(0, 5, 40, 0), q -> {
                            sampleSize(q);
                            sample(q).number(2, 1).number(3, 8).kfunc("bpf_dynptr_adjust");
                            q.value(1, Subject.BUFFER, 0).number(2, 7).code().mov(3, 6);
                            q.number(4, 0).number(5, 0).helper(201);
                            sample(q).number(2, 0).number(3, 4).code().helper(203);
                            q.notePointer(4, -1, 0x41);
                        }),
                        0,
                        40,
                        0,
                        0,
                        pointer(6, 9, false)),
                tc(
                        "a global function sees a packet",
                        p -> global(p, q -> q.fromPacket("bpf_dynptr_from_skb", 0, 0), q -> {
                            sampleSize(q);
                            sample(q)
                                    .number(2, 50)
                                    .value(3, Subject.BUFFER, 0)
                                    .number(4, 4)
                                    .number(5, 1)
                                    .helper(202);
                            sample(q).number(2, 50).number(3, 4).code().helper(203);
                            q.notePointer(4, -1, -1);
                        }),
                        0,
                        100,
                        0,
                        0),
                tc(
                        "a global function sees a null dynptr",
                        p -> global(p, q -> q.fromMem(0, 0, 64, 1), q -> {
                            sampleSize(q);
                            sample(q)
                                    .number(2, 0)
                                    .value(3, Subject.BUFFER, 0)
                                    .number(4, 4)
                                    .number(5, 0)
                                    .helper(202);
                        }),
                        EINVAL,
                        EINVAL,
                        EINVAL),
                syscall(
                        "probe reads of the kernel: into memory and records",
                        p -> {
                            p.fromMem(0, 0, 600, 0).reserve(1, 300, 0);
                            probe(p, "bpf_probe_read_kernel_dynptr", 0, 512, 8, 0);
                            probe(p, "bpf_probe_read_kernel_dynptr", 1, 0, 300, 0);
                            probe(p, "bpf_probe_read_kernel_dynptr", 1, 1, 300, 0);
                            probe(p, "bpf_probe_read_kernel_dynptr", 1, 300, 0, 0);
                            p.submit(1, 0);
                        },
                        0,
                        0,
                        0,
                        0,
                        E2BIG,
                        0),
                syscall(
                        "probe reads: null dynptrs",
                        p -> {
                            p.fromMem(0, 0, 64, 1);
                            probe(p, "bpf_probe_read_kernel_dynptr", 0, 0, 8, 0);
                            probe(p, "bpf_probe_read_kernel_dynptr", 0, 0, 0, 0);
                            probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 0, 8, 0);
                            probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 0, 0, 0);
                        },
                        EINVAL,
                        E2BIG,
                        0,
                        E2BIG,
                        0),
                syscall(
                        "probe reads: bad addresses",
                        p -> {
                            p.fromMem(0, 0, 64, 0);
                            badProbe(p, "bpf_probe_read_kernel_dynptr", 8, 0);
                            badProbe(p, "bpf_probe_read_kernel_str_dynptr", 8, 0);
                            badProbe(p, "bpf_probe_read_user_dynptr", 8, 0);
                            badProbe(p, "bpf_probe_read_user_str_dynptr", 8, 0);
                            badProbe(p, "bpf_copy_from_user_dynptr", 8, 0);
                            badProbe(p, "bpf_copy_from_user_str_dynptr", 8, 0);
                            badProbe(p, "bpf_probe_read_kernel_dynptr", 65, 0);
                            badProbe(p, "bpf_probe_read_user_dynptr", 65, 0);
                            badProbe(p, "bpf_probe_read_user_dynptr", 0, 0);
                        },
                        0,
                        ERANGE,
                        ERANGE,
                        EFAULT,
                        EFAULT,
                        EFAULT,
                        EFAULT,
                        E2BIG,
                        E2BIG,
                        0),
                syscall(
                        "strings: bytes with the NUL, cut to the size, none for none",
                        p -> {
                            p.value(1, Subject.BUFFER, 0).code().storeImm(4, 1, 0, 'a' | 'b' << 8 | 'c' << 16);
                            p.fromMem(0, 0, 600, 0);
                            for (int size : new int[] {0, 1, 2, 3, 4, 8}) {
                                probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 10 * size, size, 0);
                            }
                            for (int size : new int[] {255, 256, 257}) {
                                probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 300, size, 100);
                            }
                        },
                        0,
                        0,
                        1,
                        2,
                        3,
                        4,
                        4,
                        255,
                        256,
                        257),
                Row.xdp(
                        "probe reads into fragments: chunks, strings, ends",
                        9000,
                        p -> {
                            p.fromPacket("bpf_dynptr_from_xdp", 0, 0);
                            for (int size : new int[] {1, 2, 255, 256, 257, 600}) {
                                probe(p, "bpf_probe_read_kernel_dynptr", 0, 3520 - size / 2, size, 0);
                                probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 3520 + 4096 - size / 2, size, 0);
                            }
                            p.value(1, Subject.BUFFER, 300).code().storeImm(1, 1, 0, 0);
                            probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 3400, 600, 0);
                            badProbe(p, "bpf_probe_read_kernel_dynptr", 300, 3400);
                            badProbe(p, "bpf_probe_read_user_str_dynptr", 300, 3400);
                            badProbe(p, "bpf_probe_read_kernel_dynptr", 300, 8900);
                        },
                        0,
                        0,
                        1,
                        0,
                        2,
                        0,
                        255,
                        0,
                        256,
                        0,
                        257,
                        0,
                        600,
                        301,
                        ERANGE,
                        EFAULT,
                        E2BIG),
                tc(
                                "probe reads into a read-only packet are -EINVAL",
                                p -> {
                                    p.fromPacket("bpf_dynptr_from_skb", 0, 0);
                                    probe(p, "bpf_probe_read_kernel_dynptr", 0, 0, 8, 0);
                                    probe(p, "bpf_probe_read_kernel_str_dynptr", 0, 0, 8, 0);
                                    probe(p, "bpf_probe_read_kernel_dynptr", 0, 99, 8, 0);
                                },
                                0,
                                EINVAL,
                                EINVAL,
                                E2BIG)
                        .on(dev.skep.object.uapi.ProgramType.CGROUP_SKB));
    }

    private static void probe(DynptrCode p, String kfunc, int d, long offset, long size, int bufferOffset) {
        p.dynptr(1, d)
                .number(2, offset)
                .number(3, size)
                .value(4, Subject.BUFFER, bufferOffset)
                .kfunc(kfunc);
    }

    private static void badProbe(DynptrCode p, String kfunc, long size, long offset) {
        p.dynptr(1, 0).number(2, offset).number(3, size).number(4, 0).kfunc(kfunc);
    }
}
