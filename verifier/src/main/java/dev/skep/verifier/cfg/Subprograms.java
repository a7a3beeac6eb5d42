package dev.skep.verifier.cfg;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.diag.Reject;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the subprograms, and checks that jumps stay in them.
 *
 * <ol>
 *   <li>Every call and function reference names the start of one; the exception callback's is named by a declaration
 *       tag.
 *   <li>Every kernel function called must be one.
 *   <li>In order of their starts they get numbers; each ends where the next begins.
 *   <li>Each jump must stay inside, and none may run out of its end.
 * </ol>
 */
final class Subprograms {
    private static final int EEXIST = 17;
    private static final int EPROTO = 71;
    private static final int LIMIT = 256;
    private static final int KFUNC_LIMIT = 256;
    /** Kernel functions that ask a network device. */
    private static final Set<String> METADATA =
            Set.of("bpf_xdp_metadata_rx_timestamp", "bpf_xdp_metadata_rx_hash", "bpf_xdp_metadata_rx_vlan_tag");

    private static final String EXCEPTION_TAG = "exception_callback:";
    private static final Set<String> GPL =
            Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    private final ProgramSpec program;
    private final KernelModel kernel;
    private final BpfCode code;
    private final TreeSet<Integer> starts = new TreeSet<>();

    private Subprograms(ProgramSpec program, KernelModel kernel) {
        this.program = program;
        this.kernel = kernel;
        this.code = program.code();
    }

    /** The subprograms in order. */
    static Subprogram[] run(ProgramSpec program, KernelModel kernel, AnalysisLog log, boolean bpfCapable) {
        Subprograms pass = new Subprograms(program, kernel);
        if (!bpfCapable) {
            pass.requireOneFunction();
        }
        pass.collect();
        int exceptionStart = pass.exceptionCallbackStart();
        if (exceptionStart > 0) {
            pass.add(-1, exceptionStart);
        }
        Subprogram[] found = pass.numbered();
        for (Subprogram s : found) {
            if (exceptionStart > 0 && s.start() == exceptionStart) {
                s.exceptionCallback = true;
                s.callback = true;
                s.asyncCallback = true;
            }
            if (log.level2()) {
                log.line("func#" + s.index() + " @" + s.start());
            }
        }
        pass.checkBounds(found);
        return found;
    }

    private void requireOneFunction() {
        for (int i = 0; i < code.size(); i++) {
            if (Code.namesSubprogram(code.slot(i)) || Code.isKfuncCall(code.slot(i))) {
                throw Reject.at(
                        i,
                        Reject.EPERM,
                        "loading/calling other bpf or kernel functions are allowed for CAP_BPF and CAP_SYS_ADMIN\n");
            }
        }
    }

    private void collect() {
        starts.add(0);
        Set<Long> kfuncs = new HashSet<>();
        for (int i = 0; i < code.size(); i++) {
            long slot = code.slot(i);
            if (Code.namesSubprogram(slot)) {
                add(i, Code.callee(code, i));
            } else if (Code.isKfuncCall(slot)) {
                requireKfunc(i, slot, kfuncs);
            }
        }
    }

    private void add(int insn, long start) {
        if (start < 0 || start >= code.size()) {
            throw Reject.at(insn, Reject.EINVAL, "call to invalid destination\n");
        }
        if (starts.add((int) start) && starts.size() > LIMIT) {
            throw Reject.at(insn, Reject.E2BIG, "too many subprograms\n");
        }
    }

    private void requireKfunc(int insn, long slot, Set<Long> seen) {
        int id = Slot.imm(slot);
        if (!GPL.contains(program.license())) {
            throw Reject.at(insn, Reject.EINVAL, "cannot call kernel function from non-GPL compatible program\n");
        }
        if (id == 0 && Slot.offset(slot) == 0) {
            return;
        }
        if (!seen.add((long) id << 16 | Slot.offset(slot) & 0xffff)) {
            return;
        }
        if (seen.size() > KFUNC_LIMIT) {
            throw Reject.at(insn, Reject.E2BIG, "too many different kernel function calls\n");
        }
        if (Slot.offset(slot) != 0) {
            throw withoutModule(insn, Slot.offset(slot));
        }
        String feature = Extensions.featureOf(program.kfuncs().getOrDefault(id, ""));
        if (kernel.kfunc(id) == null && feature != null) {
            throw Reject.at(
                    insn,
                    Reject.EACCES,
                    "calling kernel function " + program.kfuncs().get(id) + " is not allowed without --features "
                            + feature + "\n");
        }
        if (kernel.kfunc(id) == null && !(kernel.btf().type(id) instanceof BtfType.Function)) {
            throw Reject.at(
                    insn, Reject.EINVAL, "kernel btf_id " + Integer.toUnsignedString(id) + " is not a function\n");
        }
        Kfunc kfunc = kernel.kfunc(id);
        if (kfunc != null
                && METADATA.contains(kfunc.name())
                && (program.flags() & ProgramSpec.F_XDP_DEV_BOUND_ONLY) == 0) {
            throw Reject.at(insn, Reject.EINVAL, "metadata kfuncs require device-bound program\n");
        }
    }

    /** Functions of kernel modules are out of reach: a program carries no module types. */
    private static Reject withoutModule(int insn, int offset) {
        return offset < 0
                ? Reject.at(
                        insn,
                        Reject.EINVAL,
                        "negative offset disallowed for kernel module function call\n"
                                + "failed to find BTF for kernel function\n")
                : Reject.at(
                        insn,
                        EPROTO,
                        "kfunc offset > 0 without fd_array is invalid\n" + "failed to find BTF for kernel function\n");
    }

    /** Start of the exception callback that the main function's declaration tag names, 0 without one. */
    private int exceptionCallbackStart() {
        if (program.functions().isEmpty()) {
            return 0;
        }
        int mainId = program.functions().getFirst().typeId();
        if (!(program.btf().type(mainId) instanceof BtfType.Function)) {
            throw Reject.at(-1, Reject.EINVAL, "invalid btf id for main subprog in func_info\n");
        }
        String name = null;
        for (BtfType.DeclTag tag : program.btf().declTags(mainId)) {
            if (tag.componentIndex() == -1 && tag.name().startsWith(EXCEPTION_TAG)) {
                if (name != null) {
                    throw Reject.at(-1, EEXIST, "multiple exception callback tags for main subprog\n");
                }
                name = tag.name().substring(EXCEPTION_TAG.length());
            }
        }
        return name == null ? 0 : startOfCallback(name);
    }

    private int startOfCallback(String name) {
        int id = program.btf().find(name, BtfType.Function.class);
        if (id < 0) {
            throw Reject.at(-1, Reject.EINVAL, "exception callback '" + name + "' could not be found in BTF\n");
        }
        if (((BtfType.Function) program.btf().type(id)).linkage() != BtfType.Linkage.GLOBAL) {
            throw Reject.at(-1, Reject.EINVAL, "exception callback '" + name + "' must have global linkage\n");
        }
        for (FuncInfo info : program.functions()) {
            if (info.typeId() == id) {
                if (info.insnIndex() == 0) {
                    throw Reject.at(-1, Reject.EINVAL, "invalid exception callback insn_off in func_info: 0\n");
                }
                return info.insnIndex();
            }
        }
        throw Reject.at(-1, Reject.EINVAL, "exception callback type id not found in func_info\n");
    }

    private Subprogram[] numbered() {
        Subprogram[] found = new Subprogram[starts.size()];
        int index = 0;
        for (int start : starts) {
            Integer next = starts.higher(start);
            found[index] = new Subprogram(index, start, next == null ? code.size() : next);
            index++;
        }
        found[0].describe(program.name(), 0, false);
        for (int i = 0; i < Math.min(found.length, program.functions().size()); i++) {
            int typeId = program.functions().get(i).typeId();
            if (program.btf().type(typeId) instanceof BtfType.Function f) {
                found[i].describe(f.name(), typeId, f.linkage() == BtfType.Linkage.GLOBAL);
            }
        }
        return found;
    }

    private void checkBounds(Subprogram[] found) {
        for (Subprogram s : found) {
            for (int i = s.start(); i < s.end(); i++) {
                long slot = code.slot(i);
                s.hasTailCall |= Code.isHelperCall(slot) && Slot.imm(slot) == Code.TAIL_CALL_HELPER;
                s.hasLegacyLoad |= Code.isLegacyLoad(slot);
                if (Code.hasTarget(slot)) {
                    long target = Code.target(code, i);
                    if (target < s.start() || target >= s.end()) {
                        throw Reject.at(
                                i, Reject.EINVAL, "jump out of range from insn " + i + " to " + (int) target + "\n");
                    }
                }
            }
            int last = s.end() - 1;
            if (Code.fallsThrough(code.slot(last))) {
                throw Reject.at(last, Reject.EINVAL, "last insn is not an exit or jmp\n");
            }
        }
    }
}
