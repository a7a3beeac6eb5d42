package dev.skep.verifier.insn;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** The 64-bit immediate load: a constant, a map, a place in a map's value, a kernel variable, or a subprogram. */
final class LoadImmStep {
    private LoadImmStep() {}

    static void step(Walk w, Instruction.LoadImm64 i) {
        w.requireWritable(i.dst());
        w.setReg(
                i.dst(),
                switch (i.pseudo()) {
                    case Pseudo.CONSTANT -> RegState.constant(i.value());
                    case Pseudo.MAP_FD, Pseudo.MAP_IDX -> RegState.pointer(new RegType.MapPtr(0, map(w, i), 0));
                    case Pseudo.MAP_VALUE, Pseudo.MAP_IDX_VALUE -> mapValue(map(w, i), i.nextImm());
                    case Pseudo.BTF_ID -> kernelVariable(w, i);
                    case Pseudo.FUNC -> function(w, i);
                    default -> throw w.reject(Reject.EINVAL, "unrecognized bpf_ld_imm64 insn");
                });
    }

    private static MapSpec map(Walk w, Instruction.LoadImm64 i) {
        if (i.imm() < 0 || i.imm() >= w.program.maps().size()) {
            throw w.reject(Reject.EBADF, "fd %d is not pointing to valid bpf_map", i.imm());
        }
        return w.program.maps().get(i.imm());
    }

    /** An arena's address is a number until it is cast. */
    private static RegState mapValue(MapSpec map, int off) {
        return map.type() == MapType.ARENA
                ? RegState.UNKNOWN
                : RegState.pointer(new RegType.MapValue(0, map, 0), off, 0, 0);
    }

    private static RegState function(Walk w, Instruction.LoadImm64 i) {
        int target = w.insn + i.imm() + 1;
        Subprogram callee = target < 0 || target >= w.code.size() ? null : w.layout.subprogramOf(target);
        if (callee == null || callee.start() != target) {
            throw w.reject(Reject.EFAULT, "verifier bug: no program starts at insn %d", target);
        }
        if (callee.btfId() == 0) {
            throw w.reject(Reject.EINVAL, "missing btf func_info");
        }
        if (callee.isGlobal()) {
            throw w.reject(Reject.EINVAL, "callback function not static");
        }
        return RegState.pointer(new RegType.Func(0, callee.index()));
    }

    /**
     * A kernel variable: a struct or per-CPU object by BTF, other types as read-only memory; a function as memory of no
     * size.
     */
    private static RegState kernelVariable(Walk w, Instruction.LoadImm64 i) {
        Btf btf = w.kernel.btf();
        if (!(btf.type(i.imm()) instanceof BtfType.Variable v)) {
            return RegState.pointer(new RegType.Mem(PtrFlags.RDONLY, 0, 0));
        }
        int type = btf.resolve(v.type());
        if (isPerCpu(btf, i.imm())) {
            return RegState.pointer(new RegType.BtfPtr(PtrFlags.PERCPU, btf, type));
        }
        return btf.type(type) instanceof BtfType.Struct
                ? RegState.pointer(new RegType.BtfPtr(0, btf, type))
                : RegState.pointer(new RegType.Mem(PtrFlags.RDONLY, (int) Math.max(btf.sizeOf(type), 0), 0));
    }

    private static boolean isPerCpu(Btf btf, int variable) {
        int id = btf.find(".data..percpu", BtfType.DataSection.class);
        if (id < 0) {
            return false;
        }
        for (BtfType.SectionVariable v : ((BtfType.DataSection) btf.type(id)).variables()) {
            if (v.type() == variable) {
                return true;
            }
        }
        return false;
    }
}
