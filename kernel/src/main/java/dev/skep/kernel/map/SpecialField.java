package dev.skep.kernel.map;

import dev.skep.object.btf.Btf;

/**
 * A field of a map value or allocated object that plain loads and stores may not touch.
 *
 * @param kind which
 * @param offset bytes from the start of the value
 * @param size bytes
 * @param btf types that {@code typeId} is an id in: the object's own or the kernel's; null where there is no target
 * @param typeId kptr: the struct pointed to; list head, tree root: the struct contained
 * @param nodeOffset list head, tree root: offset of the node in the contained struct; else 0
 */
public record SpecialField(Kind kind, int offset, int size, Btf btf, int typeId, int nodeOffset) {
    /** Kinds, by the C struct or tag that makes them. */
    public enum Kind {
        SPIN_LOCK("bpf_spin_lock"),
        RES_SPIN_LOCK("bpf_res_spin_lock"),
        TIMER("bpf_timer"),
        WORKQUEUE("bpf_wq"),
        TASK_WORK("bpf_task_work"),
        KPTR_UNREF("kptr"),
        KPTR_REF("kptr"),
        KPTR_PERCPU("percpu_kptr"),
        UPTR("uptr"),
        LIST_HEAD("bpf_list_head"),
        LIST_NODE("bpf_list_node"),
        RB_ROOT("bpf_rb_root"),
        RB_NODE("bpf_rb_node"),
        REFCOUNT("bpf_refcount");

        private final String kernelName;

        Kind(String kernelName) {
            this.kernelName = kernelName;
        }

        /** The name as messages print it. */
        public String kernelName() {
            return kernelName;
        }

        public boolean isKptr() {
            return this == KPTR_UNREF || this == KPTR_REF || this == KPTR_PERCPU || this == UPTR;
        }
    }
}
