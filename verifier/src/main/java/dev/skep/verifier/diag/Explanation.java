package dev.skep.verifier.diag;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rejection in plain English.
 *
 * @param text what is wrong and why it matters
 * @param hint what usually helps, "" if nothing is known
 */
public record Explanation(String text, String hint) {
    private static final Pattern REGISTER = Pattern.compile("\\bR(\\d+)\\b");

    /** The register that a message is about, -1 if none. */
    public static int register(String message) {
        Matcher m = REGISTER.matcher(message);
        return m.find() && m.group(1).length() < 3 ? Integer.parseInt(m.group(1)) : -1;
    }

    /** The explanation of a message; one that no rule knows is explained by its error number. */
    public static Explanation of(String message, int errno) {
        for (ExplanationRules.Rule rule : ExplanationRules.ALL) {
            Matcher m = rule.message().matcher(message);
            if (m.find()) {
                return new Explanation(fill(rule.text(), m), fill(rule.hint(), m));
            }
        }
        return new Explanation(byErrno(errno), "");
    }

    private static String fill(String text, Matcher m) {
        String out = text;
        for (int i = 1; i <= m.groupCount(); i++) {
            out = out.replace("$" + i, m.group(i) == null ? "" : m.group(i));
        }
        return out;
    }

    private static String byErrno(int errno) {
        return switch (errno) {
            case Reject.EACCES ->
                "The program does something it has no right to do, or with a value of the wrong kind.";
            case Reject.E2BIG -> "The program is too big or too complex to be checked.";
            case Reject.EPERM -> "The loader lacks a capability that this program needs.";
            case Reject.EAGAIN -> "The check was interrupted.";
            case Reject.EFAULT -> "The verifier could not finish; this is not the program's fault.";
            default -> "The program breaks a rule that every BPF program must keep.";
        };
    }
}
