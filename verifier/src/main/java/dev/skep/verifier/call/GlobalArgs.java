package dev.skep.verifier.call;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.walk.Walk;
import java.util.ArrayList;
import java.util.List;

/**
 * What a function's prototype and its argument tags say about its arguments: the rules for its callers, and what its
 * body may assume. Used at calls and at the entry of a function that is verified on its own.
 *
 * <p><em>Errors</em>: a prototype that breaks a rule has {@link #problem()}; whether that matters is the user's to
 * decide (static functions may have any prototype).
 *
 * @param args one per parameter, R1 first; those before the problem if there is one
 * @param problem log lines in the kernel's words; "" when all is well or when the kernel says nothing
 * @param errno 0 when all is well
 */
public record GlobalArgs(List<Arg> args, String problem, int errno) {
    /** Most parameters that registers can carry. */
    public static final int MAX_ARGS = 5;

    /** One argument. */
    public sealed interface Arg {
        /** A number. */
        record Scalar() implements Arg {}

        /** The program's context. */
        record Context() implements Arg {}

        /** Memory of {@code size} bytes. */
        record Memory(long size, boolean nullable) implements Arg {}

        /** Memory of any kind, which may only be read, with faults caught ({@code __arg_untrusted}). */
        record UntrustedMemory() implements Arg {}

        /** A kernel object of struct {@code typeId} in the kernel's BTF. */
        record KernelObject(int typeId, boolean trusted, boolean nullable) implements Arg {}

        /** An address in the arena, or a number. */
        record ArenaAddress() implements Arg {}

        /** A dynptr, not to be changed or released. */
        record ConstDynptr() implements Arg {}
    }

    /** Decl tags on parameters. */
    private static final class Tag {
        static final int CTX = 1;
        static final int NONNULL = 2;
        static final int TRUSTED = 4;
        static final int NULLABLE = 8;
        static final int ARENA = 16;
        static final int UNTRUSTED = 32;
    }

    public boolean ok() {
        return errno == 0;
    }

    /** The rules of subprogram {@code s}, worked out once. */
    public static GlobalArgs of(Walk w, Subprogram s) {
        return w.globalArgs.computeIfAbsent(
                s.index(), _ -> new Reader(w.program, w.kernel.btf(), s.btfId(), s.isGlobal()).read());
    }

    /** The rules of the function with this BTF id, which is 0 when it has none. */
    public static GlobalArgs of(ProgramSpec program, Btf kernel, int functionId, boolean global) {
        return new Reader(program, kernel, functionId, global).read();
    }

    /** Reads one prototype. */
    private static final class Reader {
        private final ProgramSpec program;
        private final Btf btf;
        private final Btf kernel;
        private final int functionId;
        private final boolean global;
        private final List<Arg> args = new ArrayList<>();

        Reader(ProgramSpec program, Btf kernel, int functionId, boolean global) {
            this.program = program;
            this.btf = program.btf();
            this.kernel = kernel;
            this.functionId = functionId;
            this.global = global;
        }

        private GlobalArgs bad(int errno, String format, Object... values) {
            return new GlobalArgs(List.copyOf(args), format.isEmpty() ? "" : Message.of(format, values) + "\n", errno);
        }

        private GlobalArgs combination(int i) {
            return bad(Reject.EINVAL, "arg#%d has invalid combination of tags", i);
        }

        GlobalArgs read() {
            if (!(btf.type(functionId) instanceof BtfType.Function f)
                    || !(btf.type(f.type()) instanceof BtfType.FunctionProto proto)) {
                return bad(Reject.EINVAL, "");
            }
            int count = proto.parameters().size();
            if (count > MAX_ARGS) {
                return bad(
                        Reject.EINVAL,
                        global ? "Global function %s() with %d > %d args. Buggy compiler." : "",
                        f.name(),
                        count,
                        MAX_ARGS);
            }
            BtfType result = btf.resolved(proto.returnType());
            if (!(result instanceof BtfType.Int) && !(result instanceof BtfType.Enum)) {
                return bad(
                        Reject.EINVAL,
                        global ? "Global function %s() doesn't return scalar. Only those are supported." : "",
                        f.name());
            }
            for (int i = 0; i < count; i++) {
                GlobalArgs problem =
                        parameter(f.name(), i, proto.parameters().get(i).type());
                if (problem != null) {
                    return problem;
                }
            }
            return new GlobalArgs(List.copyOf(args), "", 0);
        }

        /** Adds the rule of one parameter, or returns what is wrong with it. */
        private GlobalArgs parameter(String function, int i, int typeId) {
            int tags = 0;
            for (BtfType.DeclTag tag : btf.declTags(functionId)) {
                if (tag.componentIndex() != i || !tag.name().startsWith("arg:")) {
                    continue;
                }
                if (!global) {
                    return bad(Reject.EOPNOTSUPP, "arg#%d type tag is not supported in static functions", i);
                }
                switch (tag.name().substring(4)) {
                    case "ctx" -> tags |= Tag.CTX;
                    case "trusted" -> tags |= Tag.TRUSTED;
                    case "nonnull" -> tags |= Tag.NONNULL;
                    case "nullable" -> tags |= Tag.NULLABLE;
                    case "arena" -> tags |= Tag.ARENA;
                    case "untrusted" -> tags |= Tag.UNTRUSTED;
                    default -> {
                        return bad(Reject.EOPNOTSUPP, "arg#%d has unsupported set of tags", i);
                    }
                }
            }
            BtfType type = btf.resolved(typeId);
            if (type instanceof BtfType.Pointer p) {
                return pointer(i, p, tags);
            }
            if (tags != 0) {
                return bad(Reject.EINVAL, "arg#%d has pointer tag, but is not a pointer type", i);
            }
            if (type instanceof BtfType.Int || type instanceof BtfType.Enum) {
                args.add(new Arg.Scalar());
                return null;
            }
            return bad(
                    Reject.EINVAL,
                    global ? "Arg#%d type %s in %s() is not supported yet." : "",
                    i,
                    TypeNames.kind(type),
                    function);
        }

        private GlobalArgs pointer(int i, BtfType.Pointer p, int tags) {
            BtfType pointee = btf.resolved(p.type());
            if ((tags & Tag.CTX) != 0 || ContextTypes.isContext(btf, p.type(), program.type())) {
                if ((tags & ~Tag.CTX) != 0) {
                    return combination(i);
                }
                if ((tags & Tag.CTX) != 0
                        && !ContextTypes.mayBeTagged(btf, p.type(), program.type(), program.attachType())) {
                    return bad(Reject.EINVAL, "%s", ContextTypes.complaint(i, pointee, program.type()));
                }
                args.add(new Arg.Context());
            } else if (isDynptr(pointee)) {
                if (tags != 0) {
                    return combination(i);
                }
                args.add(new Arg.ConstDynptr());
            } else if ((tags & Tag.TRUSTED) != 0) {
                if ((tags & Tag.NONNULL) != 0) {
                    return combination(i);
                }
                return kernelObject(i, pointee, true, (tags & Tag.NULLABLE) != 0);
            } else if ((tags & Tag.UNTRUSTED) != 0) {
                if (tags != Tag.UNTRUSTED) {
                    return bad(Reject.EINVAL, "arg#%d untrusted cannot be combined with any other tags", i);
                }
                if (pointee instanceof BtfType.Void
                        || pointee instanceof BtfType.Int
                        || pointee instanceof BtfType.Enum) {
                    args.add(new Arg.UntrustedMemory());
                    return null;
                }
                return kernelObject(i, pointee, false, false);
            } else if ((tags & Tag.ARENA) != 0) {
                if (tags != Tag.ARENA) {
                    return bad(Reject.EINVAL, "arg#%d arena cannot be combined with any other tags", i);
                }
                args.add(new Arg.ArenaAddress());
            } else if (!global) {
                return bad(Reject.EINVAL, "");
            } else if ((tags & Tag.NULLABLE) != 0) {
                return combination(i);
            } else {
                long size = btf.sizeOf(p.type());
                if (size < 0) {
                    return bad(
                            Reject.EINVAL,
                            "arg#%d reference type('%s %s') size cannot be determined: %d",
                            i,
                            TypeNames.kind(pointee),
                            pointee == null ? "" : pointee.name(),
                            -Reject.EINVAL);
                }
                args.add(new Arg.Memory(size, (tags & Tag.NONNULL) == 0));
            }
            return null;
        }

        private static boolean isDynptr(BtfType t) {
            return (t instanceof BtfType.Struct || t instanceof BtfType.Forward)
                    && t.name().equals("bpf_dynptr");
        }

        /** A kernel type is found by kind and name; what follows three underscores is a flavour. */
        private GlobalArgs kernelObject(int i, BtfType pointee, boolean trusted, boolean nullable) {
            String name = pointee == null ? "" : pointee.name();
            if (name.isEmpty()) {
                return bad(
                        Reject.EINVAL,
                        "arg#%d reference type('%s (anon)') candidate matching error: %d",
                        i,
                        TypeNames.kind(pointee),
                        -Reject.EINVAL);
            }
            int flavour = name.indexOf("___");
            int id = kernel.find(flavour > 0 ? name.substring(0, flavour) : name, pointee.getClass());
            if (id < 0) {
                return bad(
                        Reject.EINVAL,
                        "arg#%d reference type('%s %s') has no matches",
                        i,
                        TypeNames.kind(pointee),
                        name);
            }
            if (!trusted && !(pointee instanceof BtfType.Struct)) {
                return bad(
                        Reject.EINVAL,
                        "arg#%d has type %s '%s', but only struct or primitive types are allowed",
                        i,
                        TypeNames.kind(pointee),
                        name);
            }
            args.add(new Arg.KernelObject(id, trusted, nullable));
            return null;
        }
    }
}
