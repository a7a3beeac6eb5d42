package dev.skep.conformance.random;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inserts and removes instructions; jumps, calls and records move along. */
final class CodeEdit {
    private final ProgramSpec program;
    private final BpfCode code;
    /** New index of each old slot as a place to jump to, and one for the end. */
    private final int[] target;
    /** New index of the instruction itself, -1 if it is gone. */
    private final int[] place;

    private CodeEdit(ProgramSpec program) {
        this.program = program;
        this.code = program.code();
        this.target = new int[code.size() + 1];
        this.place = new int[code.size()];
    }

    /** The program without the instruction at {@code at}; jumps to it go to the next one. */
    static ProgramSpec remove(ProgramSpec program, int at) {
        CodeEdit edit = new CodeEdit(program);
        int width = program.code().width(at);
        for (int i = 0; i <= program.code().size(); i++) {
            edit.target[i] = i <= at ? i : Math.max(at, i - width);
            if (i < edit.place.length) {
                edit.place[i] = i < at ? i : i < at + width ? -1 : i - width;
            }
        }
        return edit.apply(new long[0], 0);
    }

    /** The program with {@code slots} before the instruction at {@code at}; jumps to that one go to the new ones. */
    static ProgramSpec insert(ProgramSpec program, int at, long... slots) {
        CodeEdit edit = new CodeEdit(program);
        for (int i = 0; i <= program.code().size(); i++) {
            edit.target[i] = i <= at ? i : i + slots.length;
            if (i < edit.place.length) {
                edit.place[i] = i < at ? i : i + slots.length;
            }
        }
        return edit.apply(slots, at);
    }

    /** The program with other slots in the same places. */
    static ProgramSpec replace(ProgramSpec program, long[] slots) {
        return program.withCode(BpfCode.of(slots), program.functions(), program.lines(), program.poisoned());
    }

    private ProgramSpec apply(long[] added, int at) {
        int kept = 0;
        for (int p : place) {
            kept += p >= 0 ? 1 : 0;
        }
        long[] slots = new long[kept + added.length];
        System.arraycopy(added, 0, slots, at, added.length);
        for (int i = 0; i < place.length; i++) {
            if (place[i] >= 0) {
                slots[place[i]] = moved(i);
            }
        }
        List<FuncInfo> functions = new ArrayList<>();
        for (FuncInfo f : program.functions()) {
            functions.add(new FuncInfo(target(f.insnIndex()), f.typeId()));
        }
        List<LineInfo> lines = new ArrayList<>();
        for (LineInfo l : program.lines()) {
            int index = target(l.insnIndex());
            if (lines.isEmpty() || lines.getLast().insnIndex() < index) {
                lines.add(new LineInfo(index, l.file(), l.text(), l.line(), l.column()));
            }
        }
        Map<Integer, String> poisoned = new HashMap<>();
        program.poisoned().forEach((insn, text) -> poisoned.put(target(insn), text));
        return program.withCode(BpfCode.of(slots), functions, lines, poisoned);
    }

    private int target(int old) {
        return old >= 0 && old < target.length ? target[old] : old;
    }

    private long moved(int i) {
        long slot = code.slot(i);
        return switch (code.at(i)) {
            case Instruction.Goto g when g.isLong() -> Slot.withImm(slot, distance(i, g.offset()));
            case Instruction.Goto g -> Slot.withOffset(slot, distance(i, g.offset()));
            case Instruction.Branch b -> Slot.withOffset(slot, distance(i, b.offset()));
            case Instruction.MayGoto m -> Slot.withOffset(slot, distance(i, m.offset()));
            case Instruction.Call c
            when c.kind() == Instruction.Call.Kind.SUBPROGRAM -> Slot.withImm(slot, distance(i, c.imm()));
            case Instruction.LoadImm64 l when l.pseudo() == Pseudo.FUNC -> Slot.withImm(slot, distance(i, l.imm()));
            case null, default -> slot;
        };
    }

    private int distance(int from, int offset) {
        long old = from + 1L + offset;
        return old < 0 || old >= target.length ? offset : target[(int) old] - place[from] - 1;
    }
}
