package dev.skep.verifier.access;

import dev.skep.kernel.context.TracedArguments;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.call.TypeNames;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * Contexts that are the arguments of a kernel function, described by its BTF prototype: tracing, LSM and struct_ops
 * programs.
 *
 * <p><em>Shape</em>: an array of 8-byte words, one an argument (structs by value take several), then the return value
 * where the attach type gives one. Read-only.
 */
final class BtfCtxAccess {
    private static final int MAX_ARGUMENTS = 12;

    private BtfCtxAccess() {}

    /**
     * The function a program is attached to.
     *
     * @param proto null when it is not known: then every word is a number
     * @param hidden leading parameters that the program does not see
     */
    private record Target(String name, BtfType.FunctionProto proto, int hidden) {
        int count() {
            return proto == null ? MAX_ARGUMENTS : proto.parameters().size() - hidden;
        }

        BtfType.Parameter parameter(int index) {
            return proto.parameters().get(index + hidden);
        }
    }

    private static Target target(Walk w) {
        Btf btf = w.kernel.btf();
        int id = w.program.attachBtfId();
        switch (btf.type(id)) {
            case BtfType.Function f -> {
                return new Target(f.name(), proto(btf, f.type()), 0);
            }
            case BtfType.Typedef t -> {
                BtfType.FunctionProto proto =
                        btf.type(t.type()) instanceof BtfType.Pointer p ? proto(btf, p.type()) : null;
                String name = t.name().startsWith("btf_trace_") ? t.name().substring("btf_trace_".length()) : t.name();
                return new Target(name, proto, 1);
            }
            case BtfType.Struct s
            when w.program.attachMember() >= 0
                    && w.program.attachMember() < s.members().size() -> {
                BtfType.Member m = s.members().get(w.program.attachMember());
                BtfType.FunctionProto proto =
                        btf.resolved(m.type()) instanceof BtfType.Pointer p ? proto(btf, p.type()) : null;
                return new Target(m.name(), proto, 0);
            }
            case null, default -> {
                return new Target(w.program.attachTarget(), null, 0);
            }
        }
    }

    private static BtfType.FunctionProto proto(Btf btf, int id) {
        return btf.resolved(id) instanceof BtfType.FunctionProto p ? p : null;
    }

    /**
     * Which parameter the word at {@code off} belongs to; the number of parameters for the return value, one more
     * beyond it.
     */
    private static int indexOf(Btf btf, Target target, int off) {
        if (target.proto == null) {
            return off / 8;
        }
        int end = 0;
        List<BtfType.Parameter> parameters = target.proto.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            end += words(btf, parameters.get(i).type());
            if (off < end) {
                return i;
            }
        }
        end += words(btf, target.proto.returnType());
        return off < end ? parameters.size() : parameters.size() + 1;
    }

    private static int words(Btf btf, int type) {
        long size = btf.sizeOf(type);
        return size <= 0 ? 0 : (int) (size + 7) / 8 * 8;
    }

    /** What a load gives, without id; null when it is not allowed. */
    static RegState load(Walk w, int off, int size) {
        if (off < 0 || off >= 8 * MAX_ARGUMENTS || off % size != 0) {
            return null;
        }
        Target target = target(w);
        if (off % 8 != 0) {
            w.print("func '%s' offset %d is not multiple of 8", target.name, off);
            return null;
        }
        Btf btf = w.kernel.btf();
        int index = indexOf(btf, target, off);
        boolean result = index == target.count();
        if (index > target.count() || result && !givesResult(w.program.attachType())) {
            w.print("func '%s' doesn't have %d-th argument", target.name, index + 1);
            return null;
        }
        if (target.proto == null) {
            return RegState.UNKNOWN;
        }
        if (result) {
            return number(w, target.proto.returnType()) ? returned(w) : pointer(w, target, index, off, size);
        }
        return number(w, target.parameter(index).type()) ? RegState.UNKNOWN : pointer(w, target, index, off, size);
    }

    /** Attach types whose context has the traced function's result after its arguments. */
    private static boolean givesResult(AttachType attach) {
        return switch (attach) {
            case LSM_MAC, LSM_CGROUP, TRACE_FEXIT, MODIFY_RETURN -> true;
            case null, default -> false;
        };
    }

    private static RegState returned(Walk w) {
        long[] range = w.program.type() == ProgramType.LSM ? w.kernel.returnRange(w.program) : null;
        return range == null
                ? RegState.UNKNOWN
                : RegState.scalar(dev.skep.verifier.value.ScalarValue.ofSigned(range[0], range[1]));
    }

    private static boolean number(Walk w, int type) {
        return switch (w.kernel.btf().resolved(type)) {
            case BtfType.Int i -> i.size() <= 8;
            case BtfType.Enum _, BtfType.Struct _ -> true;
            case null, default -> false;
        };
    }

    private static RegState pointer(Walk w, Target target, int index, int off, int size) {
        Btf btf = w.kernel.btf();
        boolean result = index == target.count();
        int typeId = btf.resolve(
                result ? target.proto.returnType() : target.parameter(index).type());
        if (!(btf.type(typeId) instanceof BtfType.Pointer p)) {
            w.print("func '%s' arg%d '%s' has type %s. Only pointer access is allowed"
                    .formatted(
                            target.name,
                            index,
                            BtfWalk.shown(BtfFields.name(btf, typeId)),
                            TypeNames.kind(btf.type(typeId))));
            return null;
        }
        if (size != 8) {
            w.print("func '%s' size %d must be 8", target.name, size);
            return null;
        }
        TracedArguments.Iterated kind = w.program.attachType() == AttachType.TRACE_ITER && !result
                ? TracedArguments.iterated(target.name.replaceFirst("^bpf_iter_", ""), index)
                : null;
        if (kind == TracedArguments.Iterated.RDONLY_BUF_OR_NULL || kind == TracedArguments.Iterated.RDWR_BUF_OR_NULL) {
            boolean readOnly = kind == TracedArguments.Iterated.RDONLY_BUF_OR_NULL;
            return RegState.pointer(new RegType.Buf(PtrFlags.MAYBE_NULL | (readOnly ? PtrFlags.RDONLY : 0)));
        }
        int pointee = btf.resolve(p.type());
        BtfType pointed = btf.type(pointee);
        if (pointed instanceof BtfType.Void || pointed instanceof BtfType.Int) {
            return RegState.UNKNOWN;
        }
        if (!(pointed instanceof BtfType.Struct)) {
            w.print("func '%s' arg%d type %s is not a struct", target.name, index, TypeNames.kind(pointed));
            return null;
        }
        return object(w, target, index, off, result, p, pointee, kind);
    }

    private static RegState object(
            Walk w,
            Target target,
            int index,
            int off,
            boolean result,
            BtfType.Pointer p,
            int pointee,
            TracedArguments.Iterated kind) {
        Btf btf = w.kernel.btf();
        BtfType.Struct struct = (BtfType.Struct) btf.type(pointee);
        int flags;
        boolean silent = false;
        if (kind != null && kind != TracedArguments.Iterated.TRUSTED) {
            silent = true;
            flags = PtrFlags.MAYBE_NULL | (kind == TracedArguments.Iterated.TRUSTED_OR_NULL ? PtrFlags.TRUSTED : 0);
        } else {
            flags = (argumentsTrusted(w) ? PtrFlags.TRUSTED : 0) | BtfWalk.tagFlags(btf, p) & ~PtrFlags.RCU;
            silent = !result && StructOpsStub.says(w.kernel, w.program, index, "__nullable");
            if (!result
                    && (silent
                            || target.parameter(index).name().endsWith("__nullable")
                            || w.program.attachType() == AttachType.TRACE_RAW_TP
                                    && TracedArguments.nullable(target.name, index))) {
                flags |= PtrFlags.MAYBE_NULL;
            }
        }
        if (!silent && w.log.level() != 0) {
            w.print("func '%s' arg%d has btf_id %d type %s '%s'"
                    .formatted(
                            target.name,
                            index,
                            pointee,
                            struct.isUnion() ? "UNION" : "STRUCT",
                            BtfWalk.shown(struct.name())));
        }
        RegState pointer = RegState.pointer(new RegType.BtfPtr(flags, btf, socketOf(w, btf, pointee, struct)));
        int reference = result ? 0 : w.argumentReferences.getOrDefault(index, 0);
        return reference == 0 ? pointer : owned(w, pointer, reference, off);
    }

    /** An argument that belongs to the program: gone once it was given away. */
    private static RegState owned(Walk w, RegState pointer, int reference, int off) {
        if (w.state.reference(reference) == null) {
            throw w.reject(Reject.EACCES, "invalid bpf_context access off=%d. Reference may already be released", off);
        }
        return pointer.withRefId(reference);
    }

    /** TCP congestion control is given every socket as a TCP socket. */
    private static int socketOf(Walk w, Btf btf, int pointee, BtfType.Struct struct) {
        if (w.program.type() == ProgramType.STRUCT_OPS
                && struct.name().equals("sock")
                && BtfFields.name(btf, w.program.attachBtfId()).equals("tcp_congestion_ops")) {
            int tcp = btf.find("tcp_sock", BtfType.Struct.class);
            return tcp >= 0 ? tcp : pointee;
        }
        return pointee;
    }

    private static boolean argumentsTrusted(Walk w) {
        return switch (w.program.type()) {
            case TRACING ->
                w.program.attachType() == AttachType.TRACE_RAW_TP || w.program.attachType() == AttachType.TRACE_ITER;
            case LSM, STRUCT_OPS -> true;
            default -> false;
        };
    }
}
