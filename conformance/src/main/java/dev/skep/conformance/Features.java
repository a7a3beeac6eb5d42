package dev.skep.conformance;

import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What a program exercises, told from its helpers, kernel functions, maps and the name of its object. */
final class Features {
    private Features() {}

    static Set<String> of(ProgramSpec program) {
        Set<String> found = new TreeSet<>();
        for (int i = 0; i < program.code().size(); i += program.code().width(i)) {
            long slot = program.code().slot(i);
            if (Slot.opcode(slot) == 0x85) {
                switch (Slot.src(slot)) {
                    case 0 -> helper(Slot.imm(slot), found);
                    case 1 -> found.add("subprograms");
                    default -> {}
                }
            } else if ((Slot.opcode(slot) & 0xe7) == 0xc3) {
                found.add("atomics");
            }
        }
        program.kfuncs().values().forEach(name -> kernelFunction(name, found));
        program.maps().forEach(map -> map(map, found));
        object(program.objectName().toLowerCase(Locale.ROOT), found);
        return found;
    }

    private static void helper(int id, Set<String> found) {
        switch (id) {
            case 12 -> found.add("tail calls");
            case 84, 85, 86, 99 -> found.add("references");
            case 93, 94 -> found.add("locks");
            case 130, 131, 132, 133, 134 -> found.add("ring buffer");
            case 164, 180, 181 -> found.add("callbacks");
            case 169, 170, 171, 172 -> found.add("timers");
            case 194 -> found.add("kptr");
            case 197, 201, 202, 203 -> found.add("dynptr");
            case 198, 199, 200 -> {
                found.add("dynptr");
                found.add("ring buffer");
            }
            case 209 -> {
                found.add("user ring buffer");
                found.add("callbacks");
            }
            default -> {}
        }
    }

    private static void kernelFunction(String name, Set<String> found) {
        if (name.contains("dynptr")) {
            found.add("dynptr");
        } else if (name.startsWith("bpf_iter_")) {
            found.add("iterators");
        } else if (name.startsWith("bpf_list_") || name.startsWith("bpf_rbtree_")) {
            found.add("graphs");
        } else if (name.startsWith("bpf_obj_")
                || name.startsWith("bpf_percpu_obj_")
                || name.startsWith("bpf_refcount_")) {
            found.add("allocated objects");
        } else if (name.startsWith("bpf_rcu_")
                || name.startsWith("bpf_preempt_")
                || name.startsWith("bpf_local_irq_")) {
            found.add("rcu and preemption");
        } else if (name.startsWith("bpf_wq_")) {
            found.add("timers");
        } else if (name.endsWith("_acquire") || name.endsWith("_release")) {
            found.add("references");
        } else if (name.startsWith("bpf_arena_")) {
            found.add("arena");
        } else if (name.equals("bpf_throw")) {
            found.add("exceptions");
        }
    }

    private static void map(MapSpec map, Set<String> found) {
        switch (map.type()) {
            case RINGBUF -> found.add("ring buffer");
            case USER_RINGBUF -> found.add("user ring buffer");
            case ARENA -> found.add("arena");
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> found.add("maps of maps");
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE, SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE ->
                found.add("local storage");
            case SOCKMAP, SOCKHASH -> found.add("socket maps");
            case null, default -> {}
        }
    }

    private static void object(String name, Set<String> found) {
        String[][] parts = {
            {"dynptr", "dynptr"},
            {"kptr", "kptr"},
            {"iters", "iterators"},
            {"loop", "loops"},
            {"packet", "packet"},
            {"pkt", "packet"},
            {"skb", "packet"},
            {"xdp", "packet"},
            {"ctx", "context"},
            {"lock", "locks"},
            {"timer", "timers"},
            {"wq", "timers"},
            {"linked_list", "graphs"},
            {"rbtree", "graphs"},
            {"precision", "precision"},
            {"spill_fill", "stack"},
            {"stack", "stack"},
            {"bounds", "bounds"},
            {"ref_tracking", "references"},
            {"subprog", "subprograms"},
            {"global_func", "subprograms"},
            {"core_reloc", "co-re"},
            {"exceptions", "exceptions"},
            {"callback", "callbacks"},
        };
        for (String[] p : parts) {
            if (name.contains(p[0])) {
                found.add(p[1]);
            }
        }
    }
}
