package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.allocSize;
import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.dynptr;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.newDynptr;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.sizeOrZero;

import dev.skep.kernel.DynptrType;

/** Helpers that make and use dynptrs over any memory. */
final class DynptrHelpers {
    private DynptrHelpers() {}

    static void declare(HelperTable t) {
        t.helper(197, "bpf_dynptr_from_mem")
                .args(out(), sizeOrZero(), any(), newDynptr(DynptrType.LOCAL))
                .since("5.19");
        t.helper(201, "bpf_dynptr_read")
                .args(out(), sizeOrZero(), dynptr(), any(), any())
                .since("5.19");
        t.helper(202, "bpf_dynptr_write")
                .args(dynptr(), any(), in(), sizeOrZero(), any())
                .since("5.19");
        t.helper(203, "bpf_dynptr_data")
                .args(dynptr(), any(), allocSize())
                .returns(ReturnType.DYNPTR_MEM)
                .nullable()
                .since("5.19");
    }
}
