package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.allocSize;
import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.func;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.newDynptr;
import static dev.skep.kernel.helper.Args.releasedDynptr;
import static dev.skep.kernel.helper.Args.releasedRecord;
import static dev.skep.kernel.helper.Args.sizeOrZero;
import static dev.skep.kernel.helper.Args.stackOrNull;

import dev.skep.kernel.DynptrType;

/** Helpers for BPF ring buffers, to user space and from it. */
final class RingbufHelpers {
    private RingbufHelpers() {}

    static void declare(HelperTable t) {
        t.helper(130, "bpf_ringbuf_output")
                .args(mapPtr(), in(), sizeOrZero(), any())
                .since("5.8");
        t.helper(131, "bpf_ringbuf_reserve")
                .args(mapPtr(), allocSize(), any())
                .returns(ReturnType.RINGBUF_MEM)
                .nullable()
                .acquires()
                .since("5.8");
        t.helper(132, "bpf_ringbuf_submit")
                .args(releasedRecord(), any())
                .returns(ReturnType.VOID)
                .since("5.8");
        t.helper(133, "bpf_ringbuf_discard")
                .args(releasedRecord(), any())
                .returns(ReturnType.VOID)
                .since("5.8");
        t.helper(134, "bpf_ringbuf_query").args(mapPtr(), any()).since("5.8");
        t.helper(198, "bpf_ringbuf_reserve_dynptr")
                .args(mapPtr(), any(), any(), newDynptr(DynptrType.RINGBUF))
                .since("5.19");
        t.helper(199, "bpf_ringbuf_submit_dynptr")
                .args(releasedDynptr(DynptrType.RINGBUF), any())
                .returns(ReturnType.VOID)
                .since("5.19");
        t.helper(200, "bpf_ringbuf_discard_dynptr")
                .args(releasedDynptr(DynptrType.RINGBUF), any())
                .returns(ReturnType.VOID)
                .since("5.19");
        t.helper(209, "bpf_user_ringbuf_drain")
                .args(mapPtr(), func(), stackOrNull(), any())
                .callsBack()
                .since("6.1");
    }
}
