package dev.skep.verifier.cfg;

import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Instruction.*;

/**
 * Live registers: before each instruction, those whose value some path may still read. Backward data flow inside each
 * subprogram; exits read
 * R0, calls read as many of R1 to R5 as the callee's prototype has and overwrite R0 to R5, calls of subprograms read
 * all five.
 *
 * <p><em>Shape</em>: one bit a register, R10 included, by slot index.
 */
final class RegisterLiveness {
    private static final int ALL = 0x7ff;
    private static final int CALLER_SAVED = 0x3f;

    private final BpfCode code;
    private final int[] reads;
    private final int[] writes;
    private final int[] live;

    private RegisterLiveness(BpfCode code) {
        this.code = code;
        reads = new int[code.size()];
        writes = new int[code.size()];
        live = new int[code.size()];
    }

    static int[] run(BpfCode code, CallSummary[] calls) {
        RegisterLiveness pass = new RegisterLiveness(code);
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i) != null) {
                pass.describe(i, code.at(i), calls[i]);
            }
        }
        pass.solve();
        return pass.live;
    }

    private static int bit(int register) {
        return 1 << register;
    }

    private static int bit(boolean present, int register) {
        return present ? 1 << register : 0;
    }

    private void set(int i, int read, int written) {
        reads[i] = read;
        writes[i] = written;
    }

    private void describe(int i, Instruction instruction, CallSummary call) {
        switch (instruction) {
            case Alu a -> set(i, bit(a.dst()) | bit(a.fromRegister(), a.src()), bit(a.dst()));
            case Negate n -> set(i, bit(n.dst()), bit(n.dst()));
            case Move m -> set(i, bit(m.fromRegister(), m.src()), bit(m.dst()));
            case AddrSpaceCast c -> set(i, bit(c.src()), bit(c.dst()));
            case ByteSwap b -> set(i, bit(b.dst()), bit(b.dst()));
            case LoadImm64 l -> set(i, 0, bit(l.dst()));
            case Load l -> set(i, bit(l.src()), bit(l.dst()));
            case Store s -> set(i, bit(s.base()) | bit(s.src()), 0);
            case StoreImm s -> set(i, bit(s.base()), 0);
            case Atomic a -> describeAtomic(i, a);
            case PacketLoad _, Undefined _ -> set(i, ALL, 0);
            case Goto _, MayGoto _ -> {}
            case Branch b -> set(i, bit(b.dst()) | bit(b.fromRegister(), b.src()), 0);
            case Call _ -> set(i, (1 << call.arguments() + 1) - 2, CALLER_SAVED);
            case Exit _ -> set(i, bit(0), 0);
        }
    }

    private void describeAtomic(int i, Atomic a) {
        int both = bit(a.dst()) | bit(a.src());
        switch (a.op()) {
            case CMPXCHG -> set(i, both | bit(0), bit(0));
            case LOAD_ACQUIRE -> set(i, bit(a.src()), bit(a.dst()));
            case STORE_RELEASE -> set(i, both, 0);
            case null -> set(i, both, bit((a.imm() & 1) != 0, a.src()));
            case AtomicOp op -> set(i, both, bit(op.fetches(), a.src()));
        }
    }

    private void solve() {
        int n = code.size();
        int[] firstFrom = new int[n + 1];
        int[] from = jumpSources(firstFrom);
        int[] pending = new int[n];
        boolean[] queued = new boolean[n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            if (code.at(i) != null) {
                pending[count++] = i;
                queued[i] = true;
            }
        }
        while (count > 0) {
            int i = pending[--count];
            queued[i] = false;
            int before = liveAfter(i) & ~writes[i] | reads[i];
            if (before == live[i]) {
                continue;
            }
            live[i] = before;
            int previous = i > 0 && code.at(i - 1) == null ? i - 2 : i - 1;
            if (previous >= 0 && Code.fallsThrough(code.slot(previous)) && !queued[previous]) {
                queued[previous] = true;
                pending[count++] = previous;
            }
            for (int k = firstFrom[i]; k < firstFrom[i + 1]; k++) {
                if (!queued[from[k]]) {
                    queued[from[k]] = true;
                    pending[count++] = from[k];
                }
            }
        }
    }

    private int liveAfter(int i) {
        long slot = code.slot(i);
        int after = 0;
        int next = i + code.width(i);
        if (Code.fallsThrough(slot) && next < live.length) {
            after = live[next];
        }
        if (Code.hasTarget(slot)) {
            after |= live[(int) Code.target(code, i)];
        }
        return after;
    }

    /** The jumps to each slot: those to slot i are at [first[i], first[i + 1]) of the result. */
    private int[] jumpSources(int[] first) {
        int n = code.size();
        for (int i = 0; i < n; i++) {
            if (Code.hasTarget(code.slot(i))) {
                first[(int) Code.target(code, i) + 1]++;
            }
        }
        for (int i = 0; i < n; i++) {
            first[i + 1] += first[i];
        }
        int[] sources = new int[first[n]];
        int[] at = first.clone();
        for (int i = 0; i < n; i++) {
            if (Code.hasTarget(code.slot(i))) {
                sources[at[(int) Code.target(code, i)]++] = i;
            }
        }
        return sources;
    }

    /** The level-2 table: loop number, index, live R0 to R9, instruction. */
    static void print(BpfCode code, int[] live, int[] loop, Disassembler.Names names, AnalysisLog log) {
        log.line("Live regs before insn:");
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i) == null) {
                continue;
            }
            line.setLength(0);
            if (loop[i] != 0) {
                pad(line, loop[i]).append(' ');
            } else {
                line.append("    ");
            }
            pad(line, i).append(": ");
            for (int r = 0; r < 10; r++) {
                line.append((live[i] >> r & 1) != 0 ? (char) ('0' + r) : '.');
            }
            log.line(line.append(' ').append(Disassembler.line(code, i, names)).toString());
        }
    }

    private static StringBuilder pad(StringBuilder line, int number) {
        return line.repeat(' ', number < 10 ? 2 : number < 100 ? 1 : 0).append(number);
    }
}
