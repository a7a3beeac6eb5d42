package dev.skep.jit;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.TreeSet;

/**
 * Where control goes in a program: which slots can be reached, where jumps land, where subprograms start. Facts remove
 * what the verifier proved dead.
 */
final class Flow {
    final BpfCode code;
    final ProgramFacts facts;
    /** Slots that some path reaches. */
    final BitSet reached;
    /** Slots that a jump leads to. */
    final BitSet targets = new BitSet();
    /** Entry slots of subprograms, main first. */
    final TreeSet<Integer> entries = new TreeSet<>();

    private Flow(BpfCode code, ProgramFacts facts) {
        this.code = code;
        this.facts = facts;
        this.reached = new BitSet(code.size());
    }

    /** @param callback slot of the exception callback, which no instruction names; -1 if there is none */
    static Flow of(BpfCode code, ProgramFacts facts, int callback) {
        Flow flow = new Flow(code, facts);
        flow.findEntries();
        if (callback > 0 && callback < code.size()) {
            flow.entries.add(callback);
        }
        flow.walk();
        return flow;
    }

    private void findEntries() {
        entries.add(0);
        for (int i = 0; i < code.size(); i += code.width(i)) {
            int target = switch (code.at(i)) {
                case Instruction.Call c when c.kind() == Instruction.Call.Kind.SUBPROGRAM -> i + 1 + c.imm();
                case Instruction.LoadImm64 l when l.pseudo() == dev.skep.object.isa.Pseudo.FUNC -> i + 1 + l.imm();
                case null, default -> -1;
            };
            if (target > 0 && target < code.size()) {
                entries.add(target);
            }
        }
    }

    private void walk() {
        ArrayDeque<Integer> work = new ArrayDeque<>();
        for (int i = 0; i < code.size(); i++) {
            if (facts == ProgramFacts.NONE ? entries.contains(i) : facts.reached(i)) {
                work.add(i);
            }
        }
        while (!work.isEmpty()) {
            int i = work.pop();
            if (i < 0 || i >= code.size() || reached.get(i) || code.at(i) == null || !isLive(i)) {
                continue;
            }
            reached.set(i);
            switch (code.at(i)) {
                case Instruction.Exit _, Instruction.Undefined _ -> {}
                case Instruction.Goto g -> land(work, i + 1 + g.offset());
                case Instruction.MayGoto g -> {
                    land(work, i + 1 + g.offset());
                    work.add(i + 1);
                }
                case Instruction.Branch b -> {
                    if (mayJump(i)) {
                        land(work, i + 1 + b.offset());
                    }
                    if (mayFallThrough(i)) {
                        work.add(i + 1);
                    }
                }
                default -> work.add(i + code.width(i));
            }
        }
    }

    /** What no path of a verified program comes to may be no valid code at all. */
    private boolean isLive(int insn) {
        return facts == ProgramFacts.NONE || facts.reached(insn);
    }

    private void land(ArrayDeque<Integer> work, int target) {
        if (target >= 0 && target < code.size()) {
            targets.set(target);
            work.add(target);
        }
    }

    /** The walk never decided this jump, or it was taken. */
    boolean mayJump(int insn) {
        return facts.mayJump(insn) || !facts.mayFallThrough(insn);
    }

    boolean mayFallThrough(int insn) {
        return facts.mayFallThrough(insn) || !facts.mayJump(insn);
    }

    /** The slot after the subprogram that starts at {@code entry}. */
    int end(int entry) {
        Integer next = entries.higher(entry);
        return next == null ? code.size() : next;
    }
}
