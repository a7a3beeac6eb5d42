package dev.skep.verifier.explore;

import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.cfg.ProgramLayout;
import dev.skep.verifier.state.Jump;
import dev.skep.verifier.state.LinkedSet;
import dev.skep.verifier.walk.Walk;

/**
 * One instruction backwards: from what is wanted after it to what is wanted before it. Moves and arithmetic hand the
 * wish to their sources, constants fulfil it, spills and restores carry it between registers and slots, calls and exits
 * between frames.
 *
 * <p><em>Source</em>: Linux 6.18, the {@code mark_precise} lines of its log.
 */
final class Backstep {
    private static final int FRAME_POINTER = 10;

    private final Walk walk;
    private final ProgramLayout layout;
    private final Wanted wanted;

    /** By instruction: the registers that must be wanted for it to matter, when it has no history entry. */
    private final int[] relevant;

    Backstep(Walk walk, Wanted wanted) {
        this.walk = walk;
        this.layout = walk.layout;
        this.wanted = wanted;
        this.relevant = new int[walk.code.size()];
        for (int i = 0; i < relevant.length; i++) {
            relevant[i] = relevantTo(walk.code.at(i));
        }
    }

    private static int relevantTo(Instruction instruction) {
        return switch (instruction) {
            case null -> 0;
            case Instruction.Alu a -> 1 << a.dst();
            case Instruction.Move m -> 1 << m.dst();
            case Instruction.AddrSpaceCast c -> 1 << c.dst();
            case Instruction.LoadImm64 l -> 1 << l.dst();
            case Instruction.Load l -> 1 << l.dst();
            case Instruction.Store s -> 1 << s.base();
            case Instruction.StoreImm s -> 1 << s.base();
            case Instruction.Branch b -> b.fromRegister() ? 1 << b.dst() | 1 << b.src() : 0;
            case Instruction.Negate _, Instruction.ByteSwap _, Instruction.Goto _, Instruction.MayGoto _ -> 0;
            default -> -1;
        };
    }

    /**
     * Undoes the instruction at {@code insn}.
     *
     * @param later the instruction executed after it on this path, -1 if none
     * @param entry its history entry, null if it has none
     * @return false when the origin cannot be followed: everything must be taken as decisive
     */
    boolean undo(int insn, int later, Jump entry) {
        if (entry == null && relevant[insn] != -1 && (relevant[insn] & wanted.current()) == 0) {
            return true;
        }
        Instruction i = walk.code.at(insn);
        if (i == null) {
            return true;
        }
        addLinked(entry);
        boolean followed = switch (i) {
            case Instruction.Alu a -> {
                if (wanted.has(a.dst()) && a.fromRegister() && a.src() != FRAME_POINTER) {
                    wanted.add(a.src());
                }
                yield true;
            }
            case Instruction.Move m -> move(m.dst(), m.fromRegister() ? m.src() : FRAME_POINTER);
            case Instruction.AddrSpaceCast c -> move(c.dst(), c.src());
            case Instruction.Negate _, Instruction.ByteSwap _ -> true;
            case Instruction.LoadImm64 l -> {
                wanted.remove(l.dst());
                yield true;
            }
            case Instruction.Load l -> restore(l.dst(), entry);
            case Instruction.Store s -> spill(s.base(), s.src(), entry);
            case Instruction.StoreImm s -> spill(s.base(), -1, entry);
            case Instruction.Atomic a -> atomic(a, entry);
            case Instruction.PacketLoad _ -> !wanted.has(0);
            case Instruction.Branch b -> {
                compare(b, entry);
                yield true;
            }
            case Instruction.Call c -> call(c, insn, later);
            case Instruction.Exit _ -> exit(later);
            case Instruction.Goto _, Instruction.MayGoto _, Instruction.Undefined _ -> true;
        };
        addLinked(entry);
        return followed;
    }

    /** When one of the linked registers and slots is wanted, all are. */
    private void addLinked(Jump entry) {
        if (entry == null || entry.linked == LinkedSet.EMPTY) {
            return;
        }
        int n = LinkedSet.size(entry.linked);
        boolean some = false;
        for (int i = 0; i < n; i++) {
            int frame = LinkedSet.frame(entry.linked, i);
            int index = LinkedSet.index(entry.linked, i);
            some |= LinkedSet.isRegister(entry.linked, i)
                    ? (wanted.regs[frame] >>> index & 1) != 0
                    : wanted.hasSlot(frame, index);
        }
        for (int i = 0; some && i < n; i++) {
            int frame = LinkedSet.frame(entry.linked, i);
            int index = LinkedSet.index(entry.linked, i);
            if (LinkedSet.isRegister(entry.linked, i)) {
                wanted.regs[frame] |= 1 << index;
            } else {
                wanted.addSlot(frame, index);
            }
        }
    }

    private boolean move(int dst, int src) {
        if (wanted.has(dst)) {
            wanted.remove(dst);
            if (src != FRAME_POINTER) {
                wanted.add(src);
            }
        }
        return true;
    }

    private boolean restore(int dst, Jump entry) {
        if (wanted.has(dst)) {
            wanted.remove(dst);
            if (entry != null && entry.slot != Jump.NO_SLOT) {
                wanted.addSlot(entry.slot >> 6, entry.slot & 63);
            }
        }
        return true;
    }

    /** A scalar is no base register: one that is wanted came from subtracting pointers, which is not followed. */
    private boolean spill(int base, int src, Jump entry) {
        if (wanted.has(base)) {
            return false;
        }
        if (entry != null && entry.slot != Jump.NO_SLOT && wanted.hasSlot(entry.slot >> 6, entry.slot & 63)) {
            wanted.removeSlot(entry.slot >> 6, entry.slot & 63);
            if (src >= 0) {
                wanted.add(src);
            }
        }
        return true;
    }

    private boolean atomic(Instruction.Atomic a, Jump entry) {
        if (a.op() == AtomicOp.LOAD_ACQUIRE) {
            return restore(a.dst(), entry);
        }
        int fetched = a.op() == AtomicOp.CMPXCHG ? 0 : a.src();
        if (a.op() != null && a.op().fetches() && wanted.has(fetched)) {
            restore(fetched, entry);
            return !wanted.has(a.dst());
        }
        return spill(a.dst(), a.src(), entry);
    }

    private void compare(Instruction.Branch b, Jump entry) {
        if (!b.fromRegister() || !wanted.has(b.dst()) && !wanted.has(b.src())) {
            return;
        }
        if (entry == null || !entry.srcIsStack) {
            wanted.add(b.src());
        }
        if (entry == null || !entry.dstIsStack) {
            wanted.add(b.dst());
        }
    }

    private boolean call(Instruction.Call c, int insn, int later) {
        if (c.kind() == Instruction.Call.Kind.SUBPROGRAM) {
            boolean global = layout.subprogramOf(insn + c.imm() + 1).isGlobal();
            return global ? globalCall() : enteredFromHere();
        }
        if (layout.callsCallback(insn) && insn != later - 1) {
            return callbackEnteredFromHere();
        }
        wanted.remove(0);
        return (wanted.current() & Wanted.ARGUMENTS) == 0;
    }

    private boolean globalCall() {
        wanted.remove(0);
        return (wanted.current() & Wanted.ARGUMENTS) == 0;
    }

    /** The callee's frame ends, going backwards: its arguments are the caller's. */
    private boolean enteredFromHere() {
        if ((wanted.current() & ~Wanted.ARGUMENTS) != 0 || wanted.currentSlots() != 0 || wanted.frame == 0) {
            return false;
        }
        int arguments = wanted.current();
        wanted.regs[wanted.frame] = 0;
        wanted.frame--;
        wanted.regs[wanted.frame] |= arguments;
        return true;
    }

    /** A callback's arguments come from the kernel. */
    private boolean callbackEnteredFromHere() {
        if ((wanted.current() & ~Wanted.ARGUMENTS) != 0 || wanted.currentSlots() != 0 || wanted.frame == 0) {
            return false;
        }
        wanted.regs[wanted.frame] = 0;
        wanted.frame--;
        return true;
    }

    /** A frame begins, going backwards: R0 of a subprogram is what the caller wants of R0. */
    private boolean exit(int later) {
        if (later >= 0 && layout.callsCallback(later)) {
            wanted.regs[wanted.frame] &= ~Wanted.ARGUMENTS;
        }
        if ((wanted.current() & Wanted.ARGUMENTS) != 0 || wanted.frame + 1 >= Wanted.MAX_FRAMES) {
            return false;
        }
        boolean result = later >= 1
                && walk.code.at(later - 1) instanceof Instruction.Call c
                && c.kind() == Instruction.Call.Kind.SUBPROGRAM
                && wanted.has(0);
        wanted.remove(0);
        wanted.frame++;
        if (result) {
            wanted.add(0);
        }
        return true;
    }
}
