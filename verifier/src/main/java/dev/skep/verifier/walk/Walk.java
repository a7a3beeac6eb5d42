package dev.skep.verifier.walk;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.access.StackCover;
import dev.skep.verifier.call.GlobalArgs;
import dev.skep.verifier.cfg.FastCalls;
import dev.skep.verifier.cfg.ProgramLayout;
import dev.skep.verifier.claim.Claims;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.diag.VerifierLog;
import dev.skep.verifier.state.Extent;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * One analysis in progress: the program, the kernel, the current state and where it stands. Steps read and change it;
 * the exploration drives it. Single-threaded.
 */
public final class Walk {
    public final ProgramSpec program;
    public final BpfCode code;
    public final KernelModel kernel;
    public final ProgramLayout layout;
    public final VerifierOptions options;
    public final VerifierLog log;
    public final ProgramFacts facts;
    /** Set once by the exploration before the walk starts. */
    public Exploration explore;

    /** The current path's state. */
    public VerifierState state;
    /** Slot index of the instruction being stepped. */
    public int insn;
    /** Where the path goes on; a step that does not jump leaves it at the next instruction. */
    public int next;
    /** Set by a step when the path ends here. */
    public boolean pathDone;

    /** Registers of the current frame that the log shows as changed, one bit each. */
    public int touchedRegs;
    /** Slots that the log shows as changed, one bit each, whichever frame they belong to. */
    public long touchedSlots;

    /** Pointers may be turned into numbers, stored and compared (CAP_PERFMON). */
    public final boolean allowPtrLeaks;
    /** Uninitialised stack may be read (CAP_PERFMON). */
    public final boolean allowUninitStack;
    /** Spectre v1 rules do not apply (CAP_PERFMON). */
    public final boolean bypassSpecV1;
    /** CAP_BPF. */
    public final boolean bpfCapable;

    /** Global subprograms that some path calls, by number: only those are verified. */
    public final BitSet calledGlobals = new BitSet();
    /** Argument rules of subprograms, by index, as far as asked for. */
    public final Map<Integer, GlobalArgs> globalArgs = new HashMap<>();
    /** By instruction: the kind of pointer it accessed memory through on an earlier path, null if none. */
    public final RegType[] accessedThrough;

    /** Signatures of the kernel functions met so far, by BTF id; filled by package call.kfunc. */
    public final java.util.HashMap<Integer, Object> kfuncSignatures = new java.util.HashMap<>();
    /** Static subprograms whose prototype some call did not fit, by number; the log says so once. */
    public final BitSet unreliablePrototypes = new BitSet();

    /** References that a struct_ops program is given as arguments, by number of the argument. */
    public final Map<Integer, Integer> argumentReferences = new HashMap<>();

    /** Calls of bpf_loop seen: their one callback as long as they could be inlined, else -1; by instruction. */
    public final Map<Integer, Integer> loopCallbacks = new HashMap<>();

    /** Without CAP_PERFMON, by instruction: how its arithmetic will be masked at run time. */
    public final Map<Integer, Long> masks = new HashMap<>();
    /** Set when some mask depends on a number's range: states must then be equal to be joined. */
    public boolean masksDiffer;

    /**
     * Without CAP_PERFMON, instructions that fail when only speculated on: a barrier will stand before them, and
     * nothing is masked.
     */
    public final BitSet barriers = new BitSet();
    /** Without CAP_PERFMON, stores that a barrier will follow: what is only speculated on ends there. */
    public final BitSet storeBarriers = new BitSet();

    /** Saves of registers around calls that Linux will remove, null when nobody asked. */
    public FastCalls fastCalls;

    /** Keeps every state walked from, null when nobody asked. */
    public Claims claims;

    /** A path throws, and the program has no exception callback of its own. */
    public boolean throwsAway;

    /** Reference of every referenced dynptr ever made, by the dynptr's id: slices name only the latter. */
    public final Map<Integer, Integer> dynptrReferences = new HashMap<>();

    /** What bounds each local dynptr over stack, by the dynptr's id: slices name only the latter. */
    public final Map<Integer, Extent> dynptrExtents = new HashMap<>();

    private int lastId;

    public Walk(
            ProgramSpec program,
            KernelModel kernel,
            ProgramLayout layout,
            VerifierOptions options,
            VerifierLog log,
            ProgramFacts facts) {
        this.program = program;
        this.code = program.code();
        this.kernel = kernel;
        this.layout = layout;
        this.options = options;
        this.log = log;
        this.facts = facts;
        this.accessedThrough = new RegType[code.size()];
        boolean full = options.privilege() == VerifierOptions.Privilege.FULL;
        this.allowPtrLeaks = full;
        this.allowUninitStack = full;
        this.bypassSpecV1 = full;
        this.bpfCapable = options.privilege() != VerifierOptions.Privilege.NONE;
    }

    public Frame frame() {
        return state.frame();
    }

    /** The register, initialised or not. */
    public RegState reg(int r) {
        return state.frame().regs[r];
    }

    /** Sets a register of the current frame and marks it changed for the log. */
    public void setReg(int r, RegState value) {
        state.frame().regs[r] = value;
        touchedRegs |= 1 << r;
    }

    /** The register as an operand: it must exist and be initialised. */
    public RegState readReg(int r) {
        if (r > 10) {
            throw reject(Reject.EINVAL, "R%d is invalid", r);
        }
        RegState reg = state.frame().regs[r];
        touchedRegs |= 1 << r;
        if (!reg.isInit()) {
            throw reject(Reject.EACCES, "R%d !read_ok", r);
        }
        return reg;
    }

    /** The register as a destination: it must exist and not be the frame pointer. */
    public void requireWritable(int r) {
        if (r > 10) {
            throw reject(Reject.EINVAL, "R%d is invalid", r);
        }
        if (r == 10) {
            throw reject(Reject.EACCES, "frame pointer is read only");
        }
    }

    /** Sets a slot of any frame and marks it changed for the log. */
    public void setSlot(Frame frame, int spi, StackSlot slot) {
        if (slot.object != null && (frame.covered >>> spi & 1) != 0) {
            StackCover.claim(this, frame, spi);
        }
        frame.setSlot(spi, slot);
        touchedSlots |= 1L << spi;
    }

    /** The current instruction accesses the stack of {@code frame} at {@code off}, or from there on. */
    public void noteStackAccess(Frame frame, int off) {
        if (fastCalls != null) {
            fastCalls.touched(frame.subprogram, insn, off);
        }
    }

    /** A number no register or reference of this analysis has. */
    public int nextId() {
        return ++lastId;
    }

    /** The highest number that {@link #nextId} has given out. */
    public int lastId() {
        return lastId;
    }

    /** Clears R0 to R5 after a call. */
    public void clearCallerSaved() {
        Frame f = state.frame();
        for (int r = 0; r <= 5; r++) {
            f.regs[r] = RegState.NOT_INIT;
        }
        touchedRegs |= 0x3f;
    }

    /** A rejection at the current instruction; {@code format} as in {@link Message}. */
    public Reject reject(int errno, String format, Object... args) {
        return Reject.at(insn, errno, args.length == 0 ? format : Message.of(format, args));
    }

    /** Text for the log that is not (yet) a rejection; a newline is added. */
    public void print(String line) {
        if (log.level() != 0) {
            log.print(line + "\n");
        }
    }

    /** Likewise, made by {@link Message} only when the log is on. */
    public void print(String pattern, Object... values) {
        if (log.level() != 0) {
            log.print(Message.of(pattern, values) + "\n");
        }
    }

    /** Continue reading at {@code code.width} after the current instruction. */
    public int following() {
        return insn + code.width(insn);
    }
}
