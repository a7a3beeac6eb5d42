package dev.skep.verifier.call;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/** What R0 must be where a program or callback returns. */
public final class ReturnValue {
    private ReturnValue() {}

    /** At the exit of the outermost frame. */
    static void check(Walk w) {
        check(w, 0);
    }

    /** The outermost function is left with the result in {@code reg}. */
    private static void check(Walk w, int reg) {
        Frame f = w.state.frames.getFirst();
        boolean subprogram = f.subprogram != 0;
        ProgramType type = w.program.type();
        if (!subprogram || f.inExceptionCallback) {
            boolean hook = type == ProgramType.LSM && w.program.attachType() != AttachType.LSM_CGROUP;
            if ((hook || type == ProgramType.STRUCT_OPS) && w.kernel.returnsNothing(w.program)) {
                return;
            }
            if (type == ProgramType.STRUCT_OPS
                    && targetPrototype(w) instanceof BtfType.FunctionProto target
                    && returnsOwnedObject(w, target)) {
                return;
            }
        }
        RegState r0 = w.readReg(reg);
        if (r0.isPointer() && !w.allowPtrLeaks) {
            throw w.reject(Reject.EACCES, "R%d leaks addr as return value", reg);
        }
        if (f.inAsyncCallback) {
            enforce(w, reg, r0, 0, 0, "At async callback return", false);
            return;
        }
        if (subprogram && !f.inExceptionCallback) {
            if (!r0.isScalar()) {
                throw w.reject(
                        Reject.EINVAL,
                        "At subprogram exit the register R%d is not a scalar value (%s)",
                        reg,
                        r0.type.kernelName());
            }
            return;
        }
        long[] range = w.kernel.returnRange(w.program);
        if (range != null) {
            boolean word = type == ProgramType.LSM && w.program.attachType() != AttachType.LSM_CGROUP;
            enforce(w, reg, r0, range[0], range[1], "At program exit", word);
        }
    }

    /** At the return of a synchronous callback. */
    static void checkCallback(Walk w, Frame callee) {
        RegState r0 = callee.regs[0];
        if (!r0.isScalar()) {
            throw w.reject(Reject.EACCES, "R0 not a scalar value");
        }
        w.explore.markPrecise(0);
        long[] range = callee.callbackReturnRange;
        if (range != null && !within(r0.var, range[0], range[1], false)) {
            throw w.reject(Reject.EINVAL, outOfRange(0, r0.var, range[0], range[1], "At callback return"));
        }
    }

    /** At {@code bpf_throw} without a callback of the program's own: the cookie becomes the program's result. */
    public static void checkThrown(Walk w) {
        check(w, 1);
    }

    private static void enforce(Walk w, int reg, RegState r0, long min, long max, String where, boolean word) {
        if (!r0.isScalar()) {
            throw w.reject(
                    Reject.EINVAL, "%s the register R%d is not a known value (%s)", where, reg, r0.type.kernelName());
        }
        w.explore.markPrecise(reg);
        if (!within(r0.var, min, max, word)) {
            String note = w.program.attachType() == AttachType.LSM_CGROUP
                            && w.program.type() == ProgramType.LSM
                            && w.kernel.returnsNothing(w.program)
                    ? "Note, BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!\n"
                    : "";
            throw w.reject(Reject.EINVAL, outOfRange(reg, r0.var, min, max, where) + note);
        }
    }

    private static boolean within(ScalarValue v, long min, long max, boolean word) {
        return word ? v.s32min >= min && v.s32max <= max : v.smin >= min && v.smax <= max;
    }

    private static String outOfRange(int reg, ScalarValue v, long min, long max, String where) {
        StringBuilder s =
                new StringBuilder(where).append(" the register R").append(reg).append(" has");
        if (v.smin > Long.MIN_VALUE) {
            s.append(" smin=").append(v.smin);
        }
        if (v.smax < Long.MAX_VALUE) {
            s.append(" smax=").append(v.smax);
        }
        if (v.smin == Long.MIN_VALUE && v.smax == Long.MAX_VALUE) {
            s.append(" unknown scalar value");
        }
        return s.append(" should have been in [")
                .append(min)
                .append(", ")
                .append(max)
                .append("]\n")
                .toString();
    }

    /** The prototype that the attach target has, null when there is none. */
    private static BtfType.FunctionProto targetPrototype(Walk w) {
        Btf btf = w.kernel.btf();
        int id = w.program.attachBtfId();
        if (id == 0) {
            return null;
        }
        BtfType t = btf.type(id);
        if (t instanceof BtfType.Struct s && w.program.attachMember() >= 0) {
            t = btf.resolved(s.members().get(w.program.attachMember()).type());
            t = t instanceof BtfType.Pointer p ? btf.resolved(p.type()) : t;
        }
        return switch (t) {
            case BtfType.Function f -> btf.type(f.type()) instanceof BtfType.FunctionProto p ? p : null;
            case BtfType.FunctionProto p -> p;
            case null, default -> null;
        };
    }

    /** A struct_ops member that returns a kernel object: NULL, or an unmodified trusted pointer of that type. */
    private static boolean returnsOwnedObject(Walk w, BtfType.FunctionProto target) {
        Btf btf = w.kernel.btf();
        if (!(btf.resolved(target.returnType()) instanceof BtfType.Pointer p)
                || !(btf.resolved(p.type()) instanceof BtfType.Struct)) {
            return false;
        }
        RegState r0 = w.readReg(0);
        if (r0.isNull()) {
            return true;
        }
        return r0.type instanceof RegType.BtfPtr own
                && !own.has(PtrFlags.UNTRUSTED)
                && r0.refId != 0
                && r0.off == 0
                && r0.var.isConst()
                && own.btf() == btf
                && own.typeId() == btf.resolve(p.type());
    }
}
