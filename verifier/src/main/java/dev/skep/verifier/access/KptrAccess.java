package dev.skep.verifier.access;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.Set;

/** Loads and stores of kernel pointers kept in map values. */
public final class KptrAccess {
    /** Kernel structs whose memory stays readable until the end of an RCU section. */
    private static final Set<String> RCU_PROTECTED =
            Set.of("prog_test_ref_kfunc", "cgroup", "bpf_cpumask", "task_struct", "bpf_crypto_ctx");

    private KptrAccess() {}

    static RegState load(Walk w, SpecialField field, boolean wanted) {
        if (!(w.code.at(w.insn) instanceof Instruction.Load)) {
            throw w.reject(Reject.EACCES, "kptr in map can only be accessed using BPF_MEM instruction mode");
        }
        if (!wanted) {
            return null;
        }
        if (field.kind() == SpecialField.Kind.UPTR) {
            int size = (int) field.btf().sizeOf(field.typeId());
            return RegState.pointer(new RegType.Mem(PtrFlags.MAYBE_NULL, size, 0), 0, w.nextId(), 0);
        }
        return RegState.pointer(new RegType.BtfPtr(loadFlags(w, field), field.btf(), field.typeId()), 0, w.nextId(), 0);
    }

    /** Flags of the pointer that a load gives. */
    private static int loadFlags(Walk w, SpecialField field) {
        int flags = PtrFlags.MAYBE_NULL;
        if (!isRcuSafe(w, field) || !BtfTrust.inRcuSection(w)) {
            return flags | PtrFlags.UNTRUSTED;
        }
        flags |= PtrFlags.RCU;
        if (field.kind() == SpecialField.Kind.KPTR_PERCPU) {
            return flags | PtrFlags.PERCPU;
        }
        if (isKernel(w, field.btf())) {
            return flags;
        }
        return flags | PtrFlags.ALLOC | (isGraphNode(w, field) ? PtrFlags.NON_OWN_REF : 0);
    }

    /** True for objects that can be in a list or tree. */
    private static boolean isGraphNode(Walk w, SpecialField field) {
        for (SpecialField f : w.kernel.specialFields(field.btf(), field.typeId())) {
            if (f.kind() == SpecialField.Kind.LIST_NODE || f.kind() == SpecialField.Kind.RB_NODE) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRcuSafe(Walk w, SpecialField field) {
        return switch (field.kind()) {
            case KPTR_PERCPU -> true;
            case KPTR_REF -> isRcuProtected(w, field.btf(), field.typeId());
            default -> false;
        };
    }

    /** True for program-allocated objects and for kernel structs that RCU keeps alive. */
    public static boolean isRcuProtected(Walk w, Btf btf, int typeId) {
        return !isKernel(w, btf) || RCU_PROTECTED.contains(btf.type(typeId).name());
    }

    /** True for the kernel's types, false for those of the program. */
    public static boolean isKernel(Walk w, Btf btf) {
        return btf == w.kernel.btf() || btf.base() != null && btf.base() == w.kernel.btf();
    }

    static void store(Walk w, SpecialField field, StoredValue value) {
        switch (w.code.at(w.insn)) {
            case Instruction.Store _ -> {
                requirePlain(w, field);
                if (!value.reg().isNull()) {
                    requireMatch(w, field, value.reg(), value.register(), Reject.EACCES);
                }
            }
            case Instruction.StoreImm i -> {
                requirePlain(w, field);
                if (i.imm() != 0) {
                    throw w.reject(
                            Reject.EACCES, "BPF_ST imm must be 0 when storing to kptr at off=%d", field.offset());
                }
            }
            default -> throw w.reject(Reject.EACCES, "kptr in map can only be accessed using BPF_MEM instruction mode");
        }
    }

    private static void requirePlain(Walk w, SpecialField field) {
        switch (field.kind()) {
            case KPTR_REF, KPTR_PERCPU -> throw w.reject(Reject.EACCES, "store to referenced kptr disallowed");
            case UPTR -> throw w.reject(Reject.EACCES, "store to uptr disallowed");
            default -> {}
        }
    }

    /** The register's pointer must be of the struct that the field holds. */
    public static void requireMatch(Walk w, SpecialField field, RegState reg, int regNumber, int errno) {
        boolean unreferenced = field.kind() == SpecialField.Kind.KPTR_UNREF;
        if (reg.type instanceof RegType.BtfPtr ptr) {
            int allowed;
            if (isKernel(w, ptr.btf())) {
                allowed =
                        PtrFlags.MAYBE_NULL | PtrFlags.TRUSTED | PtrFlags.RCU | (unreferenced ? PtrFlags.UNTRUSTED : 0);
            } else {
                boolean percpu = field.kind() == SpecialField.Kind.KPTR_PERCPU;
                allowed = PtrFlags.MAYBE_NULL | PtrFlags.ALLOC | (percpu ? PtrFlags.PERCPU : 0);
            }
            if ((ptr.flags() & ~allowed) == 0) {
                PointerOffset.require(w, regNumber, reg, true);
                if (BtfWalk.idsMatch(w, ptr.btf(), ptr.typeId(), reg.off, field.btf(), field.typeId(), !unreferenced)) {
                    return;
                }
            }
            throw w.reject(errno, mismatch(field, regNumber, ptr.kernelName(), structName(ptr, allowed)));
        }
        throw w.reject(errno, mismatch(field, regNumber, reg.type.kernelName(), ""));
    }

    /** The kernel names the struct only when the flags were not the problem. */
    private static String structName(RegType.BtfPtr ptr, int allowed) {
        return (ptr.flags() & ~allowed) == 0 ? ptr.structName() : "";
    }

    private static String mismatch(SpecialField field, int regNumber, String type, String struct) {
        String target = field.btf().type(field.typeId()).name();
        String text = Message.of("invalid kptr access, R%d type=%s%s expected=ptr_%s", regNumber, type, struct, target);
        return field.kind() == SpecialField.Kind.KPTR_UNREF ? text + " or untrusted_ptr_" + target : text;
    }
}
