package dev.skep.conformance.probe;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from a level-2 log what each instruction did to the numbers in its registers: slot in hexadecimal, both
 * operands before, the outcome ({@code =} for arithmetic; 1, 0 or -1 for a jump that is taken, is not, or may be), both
 * after, both where the jump is taken. A dash stands for what is not told. Instructions visited more than once do not
 * count.
 */
final class ArithmeticLog {
    private static final Pattern STEP = Pattern.compile("(\\d+): \\(([0-9a-f]{2})\\) (.*)");
    /** The state after a step where something else was printed in between, or after a switch. */
    private static final Pattern STATE = Pattern.compile("(\\d+): (R\\d+=.*)");

    private static final Pattern SWITCH = Pattern.compile("from (\\d+) to (\\d+):(.*)");
    private static final Pattern REGISTER =
            Pattern.compile("\\bR(\\d+)=P?(scalar\\((?:[^()]|\\([^()]*\\))*\\)|-?\\d+\\b|0x[0-9a-f]+)");
    private static final Pattern ID = Pattern.compile("id=\\d+(?:[+-]\\d+)?,?");

    private static final class Step {
        String dst;
        String src = "-";
        String dstAfter = "-";
        String srcAfter = "-";
        String dstTaken = "-";
        String srcTaken = "-";
        int next = -1;
    }

    private final BpfCode code;
    private final Map<Integer, Step> steps = new HashMap<>();
    private final Set<Integer> forked = new HashSet<>();
    private Map<Integer, String> registers = new HashMap<>();
    private Step last;

    private ArithmeticLog(BpfCode code) {
        this.code = code;
    }

    static List<String> lines(BpfCode code, String log) {
        ArithmeticLog reader = new ArithmeticLog(code);
        log.lines().forEach(reader::read);
        List<String> found = new ArrayList<>();
        reader.steps.forEach((insn, step) -> {
            String line = reader.line(insn, step);
            if (line != null) {
                found.add(line);
            }
        });
        return found;
    }

    private void read(String line) {
        Matcher step = STEP.matcher(line);
        Matcher state = STATE.matcher(line);
        Matcher change = SWITCH.matcher(line);
        if (step.matches()) {
            step(Integer.parseInt(step.group(1)), step.group(3));
        } else if (state.matches()) {
            note(state.group(2));
            Step s = steps.get(Integer.parseInt(state.group(1)));
            if (s != null && s == last) {
                after(s, Integer.parseInt(state.group(1)));
            }
        } else if (change.matches()) {
            int from = Integer.parseInt(change.group(1));
            forked.add(from);
            last = null;
            if (!change.group(3).contains("safe")) {
                registers = new HashMap<>();
                note(change.group(3));
                Step s = steps.get(from);
                if (s != null) {
                    s.dstTaken = at(Slot.dst(code.slot(from)));
                    s.srcTaken = fromRegister(from) ? at(Slot.src(code.slot(from))) : "-";
                }
            }
        } else if (line.contains("REG INVARIANTS") && last != null) {
            last.dst = null;
        }
    }

    private void step(int insn, String text) {
        if (last != null) {
            last.next = insn;
        }
        last = null;
        Step s = new Step();
        s.dst = at(Slot.dst(code.slot(insn)));
        s.src = fromRegister(insn) ? at(Slot.src(code.slot(insn))) : "-";
        int state = text.indexOf(';');
        if (state >= 0) {
            note(text.substring(state));
            after(s, insn);
        }
        last = s;
        Step before = steps.put(insn, s);
        if (before != null) {
            s.dst = null; // which of the visits a later line is about cannot be told
        }
    }

    private void after(Step s, int insn) {
        s.dstAfter = at(Slot.dst(code.slot(insn)));
        s.srcAfter = fromRegister(insn) ? at(Slot.src(code.slot(insn))) : "-";
    }

    private String line(int insn, Step s) {
        long slot = code.slot(insn);
        int kind = Slot.opcode(slot) & 7;
        boolean jump = kind == 5 || kind == 6;
        boolean arithmetic = kind == 4 || kind == 7;
        if (!jump && !arithmetic
                || s.dst == null
                || s.dst.equals("-")
                || Slot.dst(slot) < 6
                || fromRegister(insn) && s.src.equals("-")
                || Slot.opcode(slot) == 0x05
                || Slot.opcode(slot) == 0x95
                || Slot.opcode(slot) == 0x85) {
            return null;
        }
        if (s.dstAfter.equals("-") && (arithmetic || forked.contains(insn))) {
            return null;
        }
        String outcome = arithmetic ? "=" : forked.contains(insn) ? "-1" : s.next == insn + 1 ? "0" : "1";
        if (jump && s.next < 0 && !forked.contains(insn)) {
            return null;
        }
        return String.join(
                "\t", "%016x".formatted(slot), s.dst, s.src, outcome, s.dstAfter, s.srcAfter, s.dstTaken, s.srcTaken);
    }

    private boolean fromRegister(int insn) {
        long slot = code.slot(insn);
        int kind = Slot.opcode(slot) & 7;
        boolean jump = kind == 5 || kind == 6;
        boolean swap = !jump && (Slot.opcode(slot) & 0xf0) == 0xd0;
        return (jump || kind == 4 || kind == 7) && !swap && (Slot.opcode(slot) & 8) != 0;
    }

    private String at(int register) {
        return registers.getOrDefault(register, "-");
    }

    private void note(String text) {
        Matcher m = REGISTER.matcher(text);
        while (m.find()) {
            registers.put(Integer.parseInt(m.group(1)), ID.matcher(m.group(2)).replaceAll(""));
        }
    }
}
