package dev.skep.conformance.engines;

import dev.skep.object.isa.Instruction;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.runtime.helper.HelperEntry;
import dev.skep.runtime.helper.HelperTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The documented list of what a program can ask for that is not the same in two places: each line a helper, kernel
 * function or kind of map, how it shows, and why. A difference is put down to a line only when the program has that
 * call or map.
 *
 * <p>{@code world}: what it gives changes from one {@link World} to the next, and so must the result. {@code kernel}:
 * nothing here stands for it, whatever the world.
 */
final class Outside {
    private static final Set<String> UNSAFE = Set.of(
            "bpf_sys_bpf",
            "bpf_sys_close",
            "bpf_send_signal",
            "bpf_send_signal_thread",
            "bpf_send_signal_task",
            "bpf_probe_write_user",
            "bpf_override_return",
            "crash_kexec",
            "bpf_clone_redirect",
            "bpf_copy_to_user_dynptr",
            "bpf_setsockopt",
            "bpf_bind",
            "bpf_sock_destroy");

    private static final Set<String> CONCURRENT = Set.of(
            "bpf_timer_start",
            "bpf_wq_start",
            "bpf_task_work_schedule_signal_impl",
            "bpf_task_work_schedule_resume_impl");

    private final Map<String, String> world = new LinkedHashMap<>();
    private final Map<String, String> kernel = new LinkedHashMap<>();

    private Outside() {}

    /** The list that comes with this module. */
    static Outside list() {
        Outside o = new Outside();
        try (var in = new BufferedReader(
                new InputStreamReader(Outside.class.getResourceAsStream("outside.tsv"), StandardCharsets.UTF_8))) {
            in.lines().skip(1).filter(l -> !l.isBlank()).forEach(l -> {
                String[] f = l.split("\t", 3);
                (f[1].equals("world") ? o.world : o.kernel).put(f[0], f[2]);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return o;
    }

    /** Names of the helpers and kernel functions that the program calls, and {@code map TYPE} of each map. */
    static Set<String> uses(ProgramSpec program) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < program.code().size(); i += program.code().width(i)) {
            if (program.code().at(i) instanceof Instruction.Call c) {
                switch (c.kind()) {
                    case HELPER -> {
                        HelperEntry helper = HelperTable.helper(c.imm());
                        names.add(helper == null ? "helper #" + c.imm() : helper.name());
                    }
                    case KFUNC -> names.add(program.kfuncs().getOrDefault(c.imm(), "kfunc #" + c.imm()));
                    default -> {}
                }
            }
        }
        for (MapSpec m : program.maps()) {
            names.add("map " + (m.type() == null ? m.typeId() : m.type().name().toLowerCase(Locale.ROOT)));
        }
        return names;
    }

    /** What the program has that changes with the world. */
    Set<String> ofWorld(ProgramSpec program) {
        Set<String> found = uses(program);
        found.retainAll(world.keySet());
        return found;
    }

    /** What the program has that only a kernel can give. */
    Set<String> ofKernel(ProgramSpec program) {
        Set<String> found = uses(program);
        found.retainAll(kernel.keySet());
        return found;
    }

    /** True when something goes on after the program's end that changes maps: they cannot be compared. */
    boolean isConcurrent(ProgramSpec program) {
        Set<String> found = uses(program);
        found.retainAll(CONCURRENT);
        return !found.isEmpty();
    }

    /** What the program calls that acts on more than itself; such a program is not run in the kernel. */
    static Set<String> unsafe(ProgramSpec program) {
        Set<String> found = uses(program);
        found.retainAll(UNSAFE);
        return found;
    }
}
