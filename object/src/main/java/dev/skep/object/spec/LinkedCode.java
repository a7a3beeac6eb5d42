package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ObjectFunction.CodeRelocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * A program's code while it is linked: the main function, then each subprogram where it was first called.
 *
 * <ol>
 *   <li>Append a function, with its function and line records moved to its new place.
 *   <li>Walk its calls and function addresses in order. A subprogram that is not there yet is appended at the end and
 *   walked at once,
 *       before the walk goes on: subprograms stand in the order of a depth-first walk.
 *   <li>Point each call at its subprogram.
 * </ol>
 *
 * The walk keeps its own stack, since a file decides how deep calls nest.
 */
final class LinkedCode {
    private final ObjectSpec object;
    private final ObjectLayout layout;
    private final CoreFixups source;
    private final Map<ObjectFunction, Integer> placed = new IdentityHashMap<>();
    private final List<Placed> relocations = new ArrayList<>();
    private final List<FuncInfo> functions = new ArrayList<>();
    private final List<LineInfo> lines = new ArrayList<>();
    private final Map<Integer, String> poisoned = new LinkedHashMap<>();
    private long[] slots = new long[64];
    private int size;

    /** A relocation with the absolute slot it applies to. */
    record Placed(int slot, CodeRelocation relocation) {}

    private static final class Walk {
        final ObjectFunction function;
        final int base;
        int next;

        Walk(ObjectFunction function, int base) {
            this.function = function;
            this.base = base;
        }
    }

    LinkedCode(ObjectSpec object, CoreFixups source) {
        this.object = object;
        this.layout = object.layout();
        this.source = source;
    }

    /** Appends this function and all that it calls, unless it is there already. */
    void add(ObjectFunction root) throws ObjectFormatException {
        if (placed.containsKey(root)) {
            return;
        }
        Deque<Walk> stack = new ArrayDeque<>();
        stack.push(append(root));
        while (!stack.isEmpty()) {
            Walk walk = stack.peek();
            if (walk.next == walk.function.slots().length) {
                stack.pop();
                continue;
            }
            int at = walk.base + walk.next;
            ObjectFunction callee = callee(walk.function, walk.next, slots[at]);
            if (callee != null && !placed.containsKey(callee)) {
                stack.push(append(callee));
                continue;
            }
            if (callee != null) {
                slots[at] = Slot.withImm(slots[at], placed.get(callee) - at - 1);
            }
            walk.next++;
        }
    }

    private Walk append(ObjectFunction function) throws ObjectFormatException {
        CoreFixups.Code fixed = source.code(function);
        long[] code = fixed.slots();
        int base = size;
        for (int i = 0; i < code.length; i++) {
            if (fixed.poisoned()[i] != null) {
                poisoned.put(base + i, fixed.poisoned()[i]);
            }
        }
        if (size + code.length > slots.length) {
            slots = Arrays.copyOf(slots, Math.max(slots.length * 2, size + code.length));
        }
        System.arraycopy(code, 0, slots, base, code.length);
        size += code.length;
        placed.put(function, base);
        for (CodeRelocation r : function.relocations()) {
            relocations.add(new Placed(base + r.slot(), r));
            if (r instanceof CodeRelocation.FunctionAddress) {
                slots[base + r.slot()] = Slot.withSrc(slots[base + r.slot()], Pseudo.FUNC);
            }
        }
        addRecords(function, base);
        return new Walk(function, base);
    }

    private ObjectFunction callee(ObjectFunction function, int slot, long insn) throws ObjectFormatException {
        boolean call = (insn & 0xffff_ffffL) == 0x1085;
        boolean address = Slot.opcode(insn) == 0x18 && Slot.src(insn) == Pseudo.FUNC;
        if (!call && !address) {
            return null;
        }
        long target = switch (function.relocationAt(slot)) {
            case CodeRelocation.ExternCall _ -> -1;
            case CodeRelocation.Call c -> c.offset() / 8 + Slot.imm(insn) + 1;
            case CodeRelocation.FunctionAddress a -> (a.offset() + Slot.imm(insn)) / 8;
            case null -> call ? (long) function.start() + slot + Slot.imm(insn) + 1 : -2;
            default -> -2;
        };
        if (target == -1) {
            return null;
        }
        ObjectFunction callee = FunctionReader.at(layout.functions(), layout.textSection(), target);
        if (callee == null) {
            throw new ObjectFormatException(
                    object.name(),
                    function.sectionName(),
                    (function.start() + slot) * 8L,
                    "call must be of a subprogram in .text: function=" + function.name());
        }
        return callee;
    }

    private void addRecords(ObjectFunction function, int base) throws ObjectFormatException {
        BtfExt ext = layout.ext();
        boolean main = base == 0;
        String section = (function.autoload() ? "" : "?") + function.sectionName();
        int shift = base - function.start();
        if (main || !functions.isEmpty()) {
            List<BtfExt.Function> own = records(ext.functions().get(section), function, BtfExt.Function::offset);
            requireRecords(main, own, ext.functions(), function, "function");
            own.forEach(f -> functions.add(new FuncInfo(f.offset() / 8 + shift, f.typeId())));
        }
        if (main || !lines.isEmpty()) {
            List<BtfExt.Line> own = records(ext.lines().get(section), function, BtfExt.Line::offset);
            requireRecords(main, own, ext.lines(), function, "line");
            own.forEach(l -> lines.add(new LineInfo(l.offset() / 8 + shift, l.file(), l.text(), l.line(), l.column())));
        }
    }

    /** Once the main program has records, its subprograms must have them. */
    private void requireRecords(boolean main, List<?> own, Map<String, ?> all, ObjectFunction function, String what)
            throws ObjectFormatException {
        if (!main && own.isEmpty() && !all.isEmpty()) {
            throw new ObjectFormatException(
                    object.name(),
                    ".BTF.ext",
                    -1,
                    "subprogram must have a " + what + " record: function=" + function.name());
        }
    }

    /** The records with offsets inside the function; the list is sorted by offset. */
    static <T> List<T> records(List<T> all, ObjectFunction function, ToIntFunction<T> offset) {
        if (all == null) {
            return List.of();
        }
        int from = lowerBound(all, function.start() * 8L, offset);
        int to = lowerBound(all, (function.start() + (long) function.slots().length) * 8, offset);
        return all.subList(from, to);
    }

    private static <T> int lowerBound(List<T> all, long offset, ToIntFunction<T> offsetOf) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Integer.toUnsignedLong(offsetOf.applyAsInt(all.get(middle))) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The subprogram that a {@code exception_callback:} tag on this program names, null if it has none. */
    ObjectFunction exceptionCallback(ObjectFunction program) throws ObjectFormatException {
        int id = layout.btf().find(program.name(), BtfType.Function.class);
        ObjectFunction found = null;
        String prefix = "exception_callback:";
        for (BtfType.DeclTag tag :
                id < 0 ? List.<BtfType.DeclTag>of() : layout.btf().declTags(id)) {
            if (tag.componentIndex() != -1 || !tag.name().startsWith(prefix)) {
                continue;
            }
            if (found != null) {
                // Several callbacks are for the verifier to refuse.
                return null;
            }
            String name = tag.name().substring(prefix.length());
            for (ObjectFunction f : layout.functions()) {
                if (f.section() == layout.textSection() && f.name().equals(name)) {
                    found = f;
                    break;
                }
            }
            if (found == null || !found.global() || found.hidden()) {
                throw new ObjectFormatException(
                        object.name(),
                        program.sectionName(),
                        -1,
                        "exception callback must be a global function of .text: callback=" + name);
            }
        }
        return found;
    }

    long[] slots() {
        return slots;
    }

    int size() {
        return size;
    }

    List<Placed> relocations() {
        return relocations;
    }

    /** CO-RE relocations that the target cannot answer, by slot. */
    Map<Integer, String> poisoned() {
        return poisoned;
    }

    List<FuncInfo> functions() {
        return functions;
    }

    List<LineInfo> lines() {
        return lines;
    }
}
