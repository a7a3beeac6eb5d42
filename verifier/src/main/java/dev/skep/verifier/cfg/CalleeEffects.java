package dev.skep.verifier.cfg;

import dev.skep.object.isa.BpfCode;
import java.util.Arrays;

/** Which subprograms may move the packet or sleep, themselves or through those they call or name. */
final class CalleeEffects {
    private CalleeEffects() {}

    static void run(BpfCode code, Subprogram[] subprograms, CallSummary[] calls) {
        int[][] callees = new int[subprograms.length][];
        for (Subprogram s : subprograms) {
            int[] found = new int[4];
            int count = 0;
            for (int i = s.start(); i < s.end(); i++) {
                CallSummary call = calls[i];
                if (call != null) {
                    s.changesPacket |= call.changesPacket();
                    s.mightSleep |= call.mightSleep();
                }
                if (Code.namesSubprogram(code.slot(i))) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, count * 2);
                    }
                    found[count++] = indexOf(subprograms, (int) Code.callee(code, i));
                }
            }
            callees[s.index()] = Arrays.copyOf(found, count);
        }
        spread(subprograms, callees);
    }

    private static void spread(Subprogram[] subprograms, int[][] callees) {
        for (boolean changed = true; changed; ) {
            changed = false;
            for (Subprogram s : subprograms) {
                for (int c : callees[s.index()]) {
                    Subprogram callee = subprograms[c];
                    if (callee.changesPacket && !s.changesPacket || callee.mightSleep && !s.mightSleep) {
                        s.changesPacket |= callee.changesPacket;
                        s.mightSleep |= callee.mightSleep;
                        changed = true;
                    }
                }
            }
        }
    }

    /** Index of the subprogram that has the slot. */
    static int indexOf(Subprogram[] subprograms, int insn) {
        int low = 0;
        int high = subprograms.length - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (subprograms[middle].start() <= insn) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
