package dev.skep.object.spec;

import java.util.Map;

/**
 * Says in a verifier's log what an instruction that stands for an unresolved relocation was meant to be, in the words
 * that libbpf puts there. The verifier itself sees a call of a helper that does not exist:
 *
 * <pre>
 *  12: (85) call unknown#195896080
 *  invalid func unknown#195896080
 * </pre>
 *
 * becomes
 *
 * <pre>
 *  12: &lt;invalid CO-RE relocation&gt;
 *  failed to resolve CO-RE relocation &lt;byte_off&gt; [5] struct s.a (0:0 @ offset 0)
 * </pre>
 */
public final class PoisonText {
    private static final String COMPLAINT = "invalid func unknown#";

    private PoisonText() {}

    /**
     * The log with the last such complaint explained; the same log if there is none, or none of this program's
     * poisoned slots.
     */
    public static String explain(ProgramSpec program, String log) {
        return explain(program.poisoned(), log);
    }

    static String explain(Map<Integer, String> poisoned, String log) {
        int at = log.lastIndexOf(COMPLAINT);
        if (poisoned.isEmpty() || at <= 0 || log.charAt(at - 1) != '\n') {
            return log;
        }
        int call = log.lastIndexOf('\n', at - 2) + 1;
        int end = log.indexOf('\n', at);
        int colon = log.indexOf(": (85) call unknown#", call);
        if (end < 0 || colon < 0 || colon > at || colon - call > 8) {
            return log;
        }
        int slot = slot(log.substring(call, colon));
        String what = poisoned.get(slot);
        if (what == null) {
            return log;
        }
        String number = log.substring(at + COMPLAINT.length(), end);
        String text = number.equals("195896080")
                ? slot + ": <invalid CO-RE relocation>\nfailed to resolve CO-RE relocation " + what
                : slot + ": <invalid kfunc call>\nkfunc '" + what + "' is referenced but wasn't resolved";
        return log.substring(0, call) + text + log.substring(end);
    }

    private static int slot(String digits) {
        int n = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            n = 10 * n + c - '0';
        }
        return digits.isEmpty() ? -1 : n;
    }
}
