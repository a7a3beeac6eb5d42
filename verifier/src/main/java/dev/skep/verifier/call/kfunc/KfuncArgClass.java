package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.call.ContextTypes;
import dev.skep.verifier.call.TypeNames;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Classes of pointer parameters of kernel functions. A class follows from the parameter's type and name; for kernel
 * objects and plain memory also from what the register holds.
 */
enum KfuncArgClass {
    CONTEXT,
    NULL,
    ALLOCATED_OBJECT,
    REFCOUNTED_OBJECT,
    DYNPTR,
    ITERATOR,
    LIST_HEAD,
    LIST_NODE,
    RB_ROOT,
    RB_NODE,
    STRING,
    MAP,
    WORKQUEUE,
    TASK_WORK,
    TIMER,
    IRQ_FLAG,
    RES_SPIN_LOCK,
    KERNEL_OBJECT,
    CALLBACK,
    MEMORY,
    SIZED_MEMORY;

    /** The class of parameter {@code i}, whose value is in {@code reg}. */
    static KfuncArgClass of(Walk w, KfuncSignature s, int i, RegState reg) {
        Kfunc k = s.kfunc();
        Btf btf = s.btf();
        int pointee = s.pointee(i);
        if (k.special() == KfuncFamily.CAST_TO_KERN_CTX || isContext(w, s, i)) {
            return CONTEXT;
        }
        boolean sized = isSize(w, s, i + 1);
        if (s.isNullable(i) && reg.isNull() && !sized) {
            return NULL;
        }
        KfuncArgClass named = named(s, i);
        if (named != null) {
            return named;
        }
        if (isKernelObject(reg.type)) {
            if (!(btf.type(pointee) instanceof BtfType.Struct)) {
                throw w.reject(
                        Reject.EINVAL,
                        "kernel function %s args#%d pointer type %s %s is not supported",
                        s.name(),
                        i,
                        TypeNames.kind(btf.type(pointee)),
                        btf.type(pointee).name());
            }
            return KERNEL_OBJECT;
        }
        if (btf.type(pointee) instanceof BtfType.FunctionProto) {
            return CALLBACK;
        }
        boolean plain = KfuncSignature.isScalarType(btf, pointee) || isScalarStruct(btf, pointee, 0);
        if (!plain && !(sized && pointee == 0)) {
            throw w.reject(
                    Reject.EINVAL,
                    "arg#%d pointer type %s %s must point to %sscalar, or struct with scalar",
                    i,
                    TypeNames.kind(btf.type(pointee)),
                    btf.type(pointee).name(),
                    sized ? "void, " : "");
        }
        return sized ? SIZED_MEMORY : MEMORY;
    }

    private static boolean isContext(Walk w, KfuncSignature s, int i) {
        return s.btf().resolved(s.parameters().get(i).type()) instanceof BtfType.Pointer p
                && ContextTypes.isContext(s.btf(), p.type(), w.program.type());
    }

    private static KfuncArgClass named(KfuncSignature s, int i) {
        if (s.hasSuffix(i, "__alloc")) {
            return ALLOCATED_OBJECT;
        }
        if (s.hasSuffix(i, "__refcounted_kptr")) {
            return REFCOUNTED_OBJECT;
        }
        String struct = s.pointeeStruct(i);
        KfuncArgClass byStruct = switch (struct) {
            case "bpf_dynptr", "bpf_dynptr_kern" -> DYNPTR;
            case "bpf_list_head" -> LIST_HEAD;
            case "bpf_list_node" -> LIST_NODE;
            case "bpf_rb_root" -> RB_ROOT;
            case "bpf_rb_node" -> RB_NODE;
            case "bpf_wq" -> WORKQUEUE;
            case "bpf_timer" -> TIMER;
            case "bpf_task_work" -> TASK_WORK;
            case "bpf_res_spin_lock" -> RES_SPIN_LOCK;
            default -> null;
        };
        if (byStruct != null) {
            return byStruct;
        }
        boolean iterator = s.is(Kfunc.ITER_NEW | Kfunc.ITER_NEXT | Kfunc.ITER_DESTROY) && i == 0;
        if (iterator || s.hasSuffix(i, "__iter")) {
            return ITERATOR;
        }
        if (s.hasSuffix(i, "__str")) {
            return STRING;
        }
        if (s.hasSuffix(i, "__map")) {
            return MAP;
        }
        return s.hasSuffix(i, "__irq_flag") ? IRQ_FLAG : null;
    }

    /** True when parameter {@code i} is the size of the memory before it. */
    static boolean isSize(Walk w, KfuncSignature s, int i) {
        return i < s.parameters().size()
                && s.isScalar(i)
                && w.reg(i + 1).isScalar()
                && (s.hasSuffix(i, "__sz") || s.hasSuffix(i, "__szk"));
    }

    /** Kernel objects: BTF pointers, and the verifier's own kinds that stand for a kernel struct. */
    static boolean isKernelObject(RegType type) {
        return type instanceof RegType.BtfPtr || structOf(type) != null;
    }

    /** The kernel struct behind a pointer kind of the verifier's own, null if none. */
    static String structOf(RegType type) {
        return switch (type) {
            case RegType.Socket _ -> "sock";
            case RegType.SockCommon _ -> "sock_common";
            case RegType.TcpSock _ -> "tcp_sock";
            case RegType.MapPtr _ -> "bpf_map";
            default -> null;
        };
    }

    /** True for structs that hold numbers only, at any depth. */
    static boolean isScalarStruct(Btf btf, int id, int depth) {
        if (depth >= 4 || !(btf.resolved(id) instanceof BtfType.Struct s)) {
            return false;
        }
        for (BtfType.Member m : s.members()) {
            int type = btf.resolve(m.type());
            if (btf.type(type) instanceof BtfType.Array a) {
                type = btf.resolve(a.elementType());
                if (a.count() == 0) {
                    return false;
                }
            }
            if (!KfuncSignature.isScalarType(btf, type) && !isScalarStruct(btf, type, depth + 1)) {
                return false;
            }
        }
        return true;
    }
}
