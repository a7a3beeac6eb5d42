package dev.skep.object.isa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text to instructions: one instruction a line, in the words of the kernel's log, so that a log's lines can be pasted.
 *
 * <p><em>Shape</em>: a line may begin with an index and an opcode, {@code 3: (b7)}, which are ignored but for {@code
 * (18)}; text after a semicolon is a comment. A name and a colon alone are a label; jumps and subprogram calls take
 * labels or {@code pc+3}. Beyond the log's words:
 *
 * <pre>
 *  r1 = 0x1234 ll             64-bit load of a constant
 *  r1 = map[0]                address of map 0 of the program
 *  r1 = map_value[0] + 8      address 8 bytes into the value of map 0
 *  r1 = btf[123]              address of the kernel variable with this BTF id
 *  r1 = func label            address of a subprogram
 *  call bpf_get_prandom_u32   helper by name, if the caller knows helpers
 *  call kfunc#123             kernel function by BTF id
 *  .slot 0x95                 a slot as it is
 * </pre>
 *
 * <p><em>Errors</em>: {@link IllegalArgumentException} with the number of the line.
 */
public final class Assembler {
    private static final Pattern PREFIX =
            Pattern.compile("(?:\\d+: )?\\s*(?:\\(([0-9a-f]{2})\\) )?\\s*(.*?)\\s*(?:;.*)?");
    private static final Pattern LABEL = Pattern.compile("([A-Za-z_][\\w.]*):");

    private final AssemblerLine parser;
    private final List<Long> slots = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();

    /** A label to be put into the field of a slot, once its place is known. */
    record Reference(int slot, String label, boolean inImmediate, int line) {}

    private Assembler(ToIntFunction<String> helperIds) {
        this.parser = new AssemblerLine(helperIds);
    }

    /** Assembles text that calls helpers by number only. */
    public static BpfCode assemble(String text) {
        return assemble(text, _ -> -1);
    }

    /** Assembles text; {@code helperIds} gives the number of a helper by its name with prefix, -1 for unknown names. */
    public static BpfCode assemble(String text, ToIntFunction<String> helperIds) {
        return new Assembler(helperIds).run(text);
    }

    private BpfCode run(String text) {
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            Matcher m = PREFIX.matcher(line.strip());
            if (!m.matches() || m.group(2).isEmpty()) {
                continue;
            }
            Matcher label = LABEL.matcher(m.group(2));
            if (label.matches()) {
                if (labels.put(label.group(1), slots.size()) != null) {
                    throw fail(number, "label must be new: " + line.strip());
                }
                continue;
            }
            add(number, m.group(2), "18".equals(m.group(1)));
        }
        long[] out = slots.stream().mapToLong(Long::longValue).toArray();
        references.forEach(r -> resolve(out, r));
        return BpfCode.of(out);
    }

    private void add(int line, String text, boolean wide) {
        AssemblerLine.Parsed parsed;
        try {
            parsed = parser.parse(text, wide);
        } catch (NumberFormatException _) {
            throw fail(line, "number must fit: " + text);
        }
        if (parsed == null) {
            throw fail(line, "instruction must be known: " + text);
        }
        if (parsed.label() != null) {
            references.add(new Reference(slots.size(), parsed.label(), parsed.labelInImmediate(), line));
        }
        for (long slot : parsed.slots()) {
            slots.add(slot);
        }
    }

    private void resolve(long[] out, Reference r) {
        Integer target = labels.get(r.label());
        if (target == null) {
            throw fail(r.line(), "label must exist: " + r.label());
        }
        int distance = target - r.slot() - 1;
        if (!r.inImmediate() && distance != (short) distance) {
            throw fail(r.line(), "jump must fit in 16 bits: " + distance);
        }
        out[r.slot()] =
                r.inImmediate() ? Slot.withImm(out[r.slot()], distance) : Slot.withOffset(out[r.slot()], distance);
    }

    private static IllegalArgumentException fail(int line, String rule) {
        return new IllegalArgumentException("line " + line + ": " + rule);
    }
}
