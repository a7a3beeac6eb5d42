package dev.skep.conformance;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a selftest's author expects of a program, from the declaration tags on its function: {@code
 * comment:test_expect_failure}, {@code comment:test_expect_msg=N=text}, ... A tag of the same name with {@code _unpriv}
 * says what is expected of a loader without capabilities.
 *
 * @param expected TRUE success, FALSE failure, null if neither is said
 * @param logLevel the log level asked for; 1 at least
 * @param flags program flags to add
 * @param messages what the log must contain, in this order; text between double braces is a regular expression
 */
record Annotations(Boolean expected, int logLevel, int flags, List<String> messages) {
    private static final String EXPECT_SUCCESS = "comment:test_expect_success";
    private static final String EXPECT_FAILURE = "comment:test_expect_failure";
    private static final String EXPECT_MESSAGE = "comment:test_expect_msg";
    private static final String UNPRIVILEGED = "_unpriv";

    private record Numbered(int number, String text) {}

    /** The annotations of a program, in the types of its object: those of the linked program may be left out. */
    static Annotations of(Btf btf, String program) {
        return read(tags(btf, program), "");
    }

    /**
     * What is expected of a loader without capabilities; empty if the author says nothing of that. What is not said for
     * this loader is as for the other one.
     */
    static Optional<Annotations> unprivileged(Btf btf, String program) {
        List<String> tags = tags(btf, program);
        if (tags.stream().noneMatch(Annotations::judgesUnprivileged)) {
            return Optional.empty();
        }
        Annotations own = read(tags, UNPRIVILEGED);
        Annotations other = read(tags, "");
        return Optional.of(new Annotations(
                own.expected != null ? own.expected : Boolean.valueOf(other.expected == null || other.expected),
                own.logLevel,
                own.flags,
                own.messages.isEmpty() ? other.messages : own.messages));
    }

    private static boolean judgesUnprivileged(String tag) {
        return tag.startsWith(EXPECT_SUCCESS + UNPRIVILEGED)
                || tag.startsWith(EXPECT_FAILURE + UNPRIVILEGED)
                || tag.startsWith(EXPECT_MESSAGE + UNPRIVILEGED + "=")
                || tag.startsWith("comment:test_retval" + UNPRIVILEGED + "=");
    }

    private static List<String> tags(Btf btf, String program) {
        int function = btf.find(program, BtfType.Function.class);
        return function < 0
                ? List.of()
                : btf.declTags(function).stream().map(BtfType.DeclTag::name).toList();
    }

    private static Annotations read(List<String> tags, String suffix) {
        Boolean expected = null;
        int logLevel = 1;
        int flags = 0;
        List<Numbered> messages = new ArrayList<>();
        for (String text : tags) {
            if (text.equals(EXPECT_SUCCESS + suffix)) {
                expected = true;
            } else if (text.equals(EXPECT_FAILURE + suffix)) {
                expected = false;
            } else if (text.startsWith("comment:test_log_level=")) {
                logLevel = Math.max(1, Integer.parseInt(after(text)));
            } else if (text.startsWith("comment:test_prog_flags=")) {
                flags |= flag(after(text));
            } else if (text.startsWith(EXPECT_MESSAGE + suffix + "=")) {
                String rest = after(text);
                int equals = rest.indexOf('=');
                messages.add(new Numbered(Integer.parseInt(rest.substring(0, equals)), rest.substring(equals + 1)));
            }
        }
        messages.sort(Comparator.comparingInt(Numbered::number));
        return new Annotations(
                expected, logLevel, flags, messages.stream().map(Numbered::text).toList());
    }

    private static String after(String tag) {
        return tag.substring(tag.indexOf('=') + 1);
    }

    private static int flag(String name) {
        return switch (name) {
            case "BPF_F_STRICT_ALIGNMENT" -> ProgramSpec.F_STRICT_ALIGNMENT;
            case "BPF_F_ANY_ALIGNMENT" -> ProgramSpec.F_ANY_ALIGNMENT;
            case "BPF_F_TEST_RND_HI32" -> ProgramSpec.F_TEST_RND_HI32;
            case "BPF_F_TEST_STATE_FREQ" -> ProgramSpec.F_TEST_STATE_FREQ;
            case "BPF_F_SLEEPABLE" -> ProgramSpec.F_SLEEPABLE;
            case "BPF_F_XDP_HAS_FRAGS" -> ProgramSpec.F_XDP_HAS_FRAGS;
            case "BPF_F_TEST_REG_INVARIANTS" -> ProgramSpec.F_TEST_REG_INVARIANTS;
            default -> name.matches("(0x)?[0-9a-fA-F]+") ? Integer.decode(name) : 0;
        };
    }

    /** True if there is something to compare a log with. */
    boolean expectsMessages() {
        return !messages.isEmpty();
    }

    /** How many of the messages the log has, each after the one before, up to the first that is missing. */
    int matched(String log) {
        int at = 0;
        int n = 0;
        for (String message : messages) {
            var m = pattern(message).matcher(log);
            if (!m.find(at)) {
                return n;
            }
            at = m.end();
            n++;
        }
        return n;
    }

    private static Pattern pattern(String message) {
        StringBuilder s = new StringBuilder();
        int at = 0;
        while (at < message.length()) {
            int open = message.indexOf("{{", at);
            int close = open < 0 ? -1 : message.indexOf("}}", open);
            if (close < 0) {
                break;
            }
            s.append(Pattern.quote(message.substring(at, open)));
            s.append('(').append(message, open + 2, close).append(')');
            at = close + 2;
        }
        return Pattern.compile(s.append(Pattern.quote(message.substring(at))).toString(), Pattern.MULTILINE);
    }
}
