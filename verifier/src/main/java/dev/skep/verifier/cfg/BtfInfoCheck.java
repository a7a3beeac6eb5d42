package dev.skep.verifier.cfg;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.diag.Reject;
import java.util.List;

/** Function and line records against the program: first by themselves, later against the subprograms found. */
final class BtfInfoCheck {
    private BtfInfoCheck() {}

    /** Before subprograms are known: order and types of function records. */
    static void runEarly(ProgramSpec program) {
        int previous = -1;
        for (FuncInfo info : program.functions()) {
            int insn = info.insnIndex();
            if (previous < 0 && insn != 0) {
                throw Reject.at(-1, Reject.EINVAL, "nonzero insn_off " + insn + " for the first func info record\n");
            }
            if (previous >= 0 && insn <= previous) {
                throw Reject.at(
                        -1,
                        Reject.EINVAL,
                        "same or smaller insn offset (" + insn + ") than previous func info record (" + previous
                                + ")\n");
            }
            if (!(program.btf().type(info.typeId()) instanceof BtfType.Function)) {
                throw Reject.at(-1, Reject.EINVAL, "invalid type id " + info.typeId() + " in func info\n");
            }
            previous = insn;
        }
    }

    static void run(ProgramSpec program, Subprogram[] subprograms) {
        List<FuncInfo> records = program.functions();
        if (records.isEmpty()) {
            checkWithoutRecords(subprograms);
            return;
        }
        if (records.size() != subprograms.length) {
            throw Reject.at(-1, Reject.EINVAL, "number of funcs in func_info doesn't match number of subprogs\n");
        }
        for (Subprogram s : subprograms) {
            FuncInfo record = records.get(s.index());
            if (record.insnIndex() != s.start()) {
                throw Reject.at(
                        s.start(),
                        Reject.EINVAL,
                        "func_info BTF section doesn't match subprog layout in BPF program\n");
            }
            if (s.index() > 0 && !returnsSmallInteger(program.btf(), record.typeId())) {
                refuse(s, "is only allowed in functions that return 'int'.\n");
            }
        }
        checkLines(program, subprograms);
    }

    private static void checkWithoutRecords(Subprogram[] subprograms) {
        for (Subprogram s : subprograms) {
            if (s.index() > 0) {
                refuse(s, "is not allowed in subprogs without BTF\n");
            }
        }
    }

    private static void refuse(Subprogram s, String rule) {
        if (s.hasLegacyLoad) {
            throw Reject.at(s.start(), Reject.EINVAL, "LD_ABS " + rule);
        }
        if (s.hasTailCall) {
            throw Reject.at(s.start(), Reject.EINVAL, "tail_call " + rule);
        }
    }

    private static boolean returnsSmallInteger(Btf btf, int functionId) {
        if (!(btf.type(functionId) instanceof BtfType.Function f)
                || !(btf.type(f.type()) instanceof BtfType.FunctionProto proto)) {
            return false;
        }
        return switch (btf.resolved(proto.returnType())) {
            case BtfType.Int t -> t.size() <= 8;
            case BtfType.Enum _ -> true;
            case null, default -> false;
        };
    }

    private static void checkLines(ProgramSpec program, Subprogram[] subprograms) {
        List<LineInfo> lines = program.lines();
        if (lines.isEmpty()) {
            return;
        }
        int previous = -1;
        int next = 0;
        for (int i = 0; i < lines.size(); i++) {
            int insn = lines.get(i).insnIndex();
            if (insn <= previous || insn >= program.code().size()) {
                throw Reject.at(
                        -1,
                        Reject.EINVAL,
                        "Invalid line_info[" + i + "].insn_off:" + insn + " (prev_offset:" + Math.max(previous, 0)
                                + " prog->len:" + program.code().size() + ")\n");
            }
            if (program.code().slot(insn) << 56 == 0) {
                throw Reject.at(-1, Reject.EINVAL, "Invalid insn code at line_info[" + i + "].insn_off\n");
            }
            if (next < subprograms.length) {
                int start = subprograms[next].start();
                if (insn == start) {
                    next++;
                } else if (start < insn) {
                    throw Reject.at(start, Reject.EINVAL, "missing bpf_line_info for func#" + next + "\n");
                }
            }
            previous = insn;
        }
        if (next < subprograms.length) {
            throw Reject.at(
                    -1,
                    Reject.EINVAL,
                    "missing bpf_line_info for " + (subprograms.length - next) + " funcs starting from func#" + next
                            + "\n");
        }
    }
}
