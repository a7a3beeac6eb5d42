package dev.skep.verifier.call;

import dev.skep.kernel.DynptrType;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * A call of one of the program's own functions: static ones are walked into, global ones are taken at their prototype.
 */
public final class SubprogramCall {
    private SubprogramCall() {}

    static void step(Walk w, Instruction.Call call) {
        int target = w.insn + call.imm() + 1;
        Subprogram callee = w.layout.subprogramOf(target);
        if (callee.isGlobal()) {
            global(w, callee);
        } else {
            enter(w, callee);
        }
    }

    private static void global(Walk w, Subprogram callee) {
        Reject problem = GlobalArgChecks.problem(w, callee);
        String noise = problem == null ? "" : problem.text;
        VerifierState s = w.state;
        if (s.activeLock() != null) {
            throw w.reject(
                    Reject.EINVAL,
                    noise + "global function calls are not allowed while holding a lock,\nuse static function instead");
        }
        if (callee.mightSleep() && s.mustNotSleep()) {
            throw w.reject(
                    Reject.EINVAL,
                    noise
                            + "global functions that may sleep are not allowed in non-sleepable context,\n"
                            + "i.e., in a RCU/IRQ/preempt-disabled section, or in\n"
                            + "a non-sleepable BPF program context");
        }
        if (problem != null) {
            throw Reject.at(
                    w.insn,
                    problem.errno,
                    noise
                            + Message.of(
                                    "Caller passes invalid args into func#%d ('%s')", callee.index(), callee.name()));
        }
        if (w.log.level() != 0) {
            w.print("Func#%d ('%s') is global and assumed valid.", callee.index(), callee.name());
        }
        if (callee.changesPacket() || mayWritePacketThroughDynptr(w, callee)) {
            PacketInvalidation.clear(w);
        }
        w.calledGlobals.set(callee.index());
        w.clearCallerSaved();
        w.setReg(0, RegState.UNKNOWN);
    }

    /**
     * Stricter than Linux 6.18: the callee knows its dynptr as one over local memory, but writing to a packet's moves
     * the packet.
     */
    private static boolean mayWritePacketThroughDynptr(Walk w, Subprogram callee) {
        List<GlobalArgs.Arg> args = GlobalArgs.of(w, callee).args();
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i) instanceof GlobalArgs.Arg.ConstDynptr
                    && DynptrSlots.of(w, w.reg(i + 1)) instanceof SlotObject.Dynptr d
                    && (d.type() == DynptrType.SKB || d.type() == DynptrType.SKB_META)) {
                return true;
            }
        }
        return false;
    }

    /** Arguments of a static function need not fit its prototype; the log says so when they do not. */
    static void printMismatch(Walk w, Subprogram callee) {
        if (w.unreliablePrototypes.get(callee.index())) {
            return;
        }
        Reject noise = GlobalArgChecks.problem(w, callee);
        if (noise != null) {
            w.log.print(noise.text);
            w.unreliablePrototypes.set(callee.index());
        }
    }

    private static void enter(Walk w, Subprogram callee) {
        CallbackCall.requireRoom(w);
        printMismatch(w, callee);
        Frame caller = w.frame();
        Frame frame = new Frame(w.state.frames.size(), w.insn, callee.index());
        for (int r = 1; r <= 5; r++) {
            frame.regs[r] = caller.regs[r];
        }
        w.clearCallerSaved();
        w.state.frames.add(frame);
        w.touchedRegs = -1;
        w.touchedSlots = -1;
        w.next = callee.start();
    }
}
