package dev.skep.verifier.insn;

import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Atomic operations: read and write are both checked; what was read becomes unknown unless the stack knows it. */
final class AtomicStep {
    private AtomicStep() {}

    static void step(Walk w, Instruction.Atomic i) {
        switch (i.op()) {
            case null -> throw w.reject(Reject.EINVAL, "BPF_ATOMIC uses invalid atomic opcode %02x", i.imm());
            case LOAD_ACQUIRE -> {
                RegState base = w.reg(Math.min(i.src(), 10));
                LoadStep.load(w, i.dst(), i.src(), i.offset(), i.size(), false, true);
                if (!allows(base.type)) {
                    throw w.reject(
                            Reject.EACCES,
                            "BPF_ATOMIC loads from R%d %s is not allowed",
                            i.src(),
                            base.type.kernelName());
                }
            }
            case STORE_RELEASE -> {
                w.readReg(i.src());
                RegType base = w.readReg(i.dst()).type;
                MemoryAccess.storeAligned(w, i.dst(), i.offset(), i.size(), i.src());
                PointerKinds.note(w, base, false);
                requireAllowed(w, i.dst(), base);
            }
            default -> readModifyWrite(w, i);
        }
    }

    private static void readModifyWrite(Walk w, Instruction.Atomic i) {
        if (i.size() < 4) {
            throw w.reject(Reject.EINVAL, "invalid atomic operand size");
        }
        RegState operand = w.readReg(i.src());
        RegType base = w.readReg(i.dst()).type;
        if (i.op() == AtomicOp.CMPXCHG) {
            refuseLeak(w, 0, w.readReg(0));
        }
        refuseLeak(w, i.src(), operand);
        if (!allows(base) || base instanceof RegType.Arena && needsLoop(i.op())) {
            throw w.reject(Reject.EACCES, "BPF_ATOMIC stores into R%d %s is not allowed", i.dst(), base.kernelName());
        }
        int target = !i.op().fetches() ? -1 : i.op() == AtomicOp.CMPXCHG ? 0 : i.src();
        if (target >= 0) {
            w.requireWritable(target);
            // an address that its own operation replaces is lost before it is used
            w.setReg(target, RegState.UNKNOWN);
        }
        MemoryAccess.load(w, i.dst(), i.offset(), i.size(), false, -1, true);
        if (target >= 0) {
            MemoryAccess.load(w, i.dst(), i.offset(), i.size(), false, target, true);
        }
        if (base instanceof RegType.Arena) {
            PointerKinds.note(w, base, false);
        }
        MemoryAccess.storeUnknown(w, i.dst(), i.offset(), i.size());
    }

    private static void refuseLeak(Walk w, int r, RegState reg) {
        if (reg.isPointer() && !w.allowPtrLeaks) {
            throw w.reject(Reject.EACCES, "R%d leaks addr into mem", r);
        }
    }

    /** What x86-64 has no single instruction for; in an arena, whose faults it must handle, Linux takes no loop. */
    private static boolean needsLoop(AtomicOp op) {
        return op == AtomicOp.FETCH_AND || op == AtomicOp.FETCH_OR || op == AtomicOp.FETCH_XOR;
    }

    private static void requireAllowed(Walk w, int r, RegType base) {
        if (!allows(base)) {
            throw w.reject(Reject.EACCES, "BPF_ATOMIC stores into R%d %s is not allowed", r, base.kernelName());
        }
    }

    private static boolean allows(RegType base) {
        return switch (base) {
            case RegType.Ctx _,
                    RegType.Packet _,
                    RegType.PacketMeta _,
                    RegType.PacketEnd _,
                    RegType.FlowKeys _,
                    RegType.Socket _,
                    RegType.SockCommon _,
                    RegType.TcpSock _,
                    RegType.XdpSock _ -> false;
            default -> true;
        };
    }
}
