package dev.skep.conformance.probe;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Something to pass to a helper.
 *
 * @param name for reports
 * @param fits types of programs that can make it
 * @param make code that leaves it in R1; may use R0 to R5 and R7
 */
record ProbeValue(String name, Predicate<ProgramType> fits, Consumer<ProbeProgram> make) {
    private static ProbeValue any(String name, Consumer<ProbeProgram> make) {
        return new ProbeValue(name, _ -> true, make);
    }

    static ProbeValue constant(int value) {
        return any("const " + value, p -> p.constant(1, value));
    }

    static ProbeValue stack(int off) {
        return any("fp" + off, p -> p.stackAddress(1, off));
    }

    static ProbeValue map(MapSpec map) {
        return any("map:" + map.name(), p -> p.map(1, map));
    }

    static ProbeValue value(MapSpec map, int off) {
        return any("value of " + map.name() + "+" + off, p -> p.mapValue(1, map, off));
    }

    static final ProbeValue CONTEXT = any("ctx", p -> p.move(1, 6));
    static final ProbeValue FUNCTION = any("func", p -> p.function(1));
    static final ProbeValue LOCAL_DYNPTR = any("dynptr(local)", p -> {
        p.mapValue(1, ProbeMaps.PLAIN, 0);
        p.constant(2, 8);
        p.constant(3, 0);
        p.stackAddress(4, ProbeProgram.LOCAL_DYNPTR);
        p.call(197);
        p.stackAddress(1, ProbeProgram.LOCAL_DYNPTR);
    });
    static final ProbeValue RINGBUF_DYNPTR = any("dynptr(ringbuf)", p -> {
        p.map(1, ProbeMaps.of(MapType.RINGBUF));
        p.constant(2, 8);
        p.constant(3, 0);
        p.stackAddress(4, ProbeProgram.RINGBUF_DYNPTR);
        p.call(198);
        p.stackAddress(1, ProbeProgram.RINGBUF_DYNPTR);
    });
    static final ProbeValue RECORD = any("ringbuf_mem", p -> {
        p.map(1, ProbeMaps.of(MapType.RINGBUF));
        p.constant(2, 64);
        p.constant(3, 0);
        p.call(131);
        p.exitIfNull();
        p.move(1, 0);
    });
    static final ProbeValue TASK = any("task", p -> {
        p.call(158);
        p.move(1, 0);
    });
    static final ProbeValue SOCK = new ProbeValue("sock_common", ProbeValue::hasSocket, p -> {
        p.load(0, 6, 168, 8);
        p.exitIfNull();
        p.move(1, 0);
    });

    private static boolean hasSocket(ProgramType type) {
        return switch (type) {
            case SCHED_CLS, SCHED_ACT, CGROUP_SKB, LWT_XMIT, SK_SKB -> true;
            default -> false;
        };
    }

    private static boolean classifier(ProgramType type) {
        return type == ProgramType.SCHED_CLS;
    }

    private static void fromSocket(ProbeProgram p, int helper, boolean checked) {
        p.load(0, 6, 168, 8);
        p.exitIfNull();
        p.move(1, 0);
        p.call(helper);
        if (checked) {
            p.exitIfNull();
        }
        p.move(1, 0);
    }

    private static void packet(ProbeProgram p, int data, int end) {
        p.load(1, 6, data, 4);
        p.load(2, 6, end, 4);
        p.move(3, 1);
        p.add(0x07, 3, 0, 0, 64);
        p.add(0xbd, 3, 2, 2, 0);
        p.constant(0, 0);
        p.add(0x95, 0, 0, 0, 0);
    }

    /** The address of a per-CPU kernel variable; {@code struct} tells whether it is a struct. */
    static ProbeValue perCpu(Btf kernel, String variable) {
        int id = kernel.find(variable, BtfType.Variable.class);
        return any("percpu " + variable, p -> p.kernelVariable(1, id));
    }

    /** Everything worth trying. */
    static List<ProbeValue> all(Btf kernel) {
        List<ProbeValue> v = new ArrayList<>();
        for (int c : new int[] {0, 1, 8, 12, 64, 65, -1}) {
            v.add(constant(c));
        }
        v.add(any("unknown", p -> {
            p.call(7);
            p.move(1, 0);
        }));
        v.add(any("0..15", p -> {
            p.call(7);
            p.move(1, 0);
            p.add(0x57, 1, 0, 0, 15);
        }));
        v.add(any("unknown 64 bits", p -> {
            p.call(5);
            p.move(1, 0);
        }));
        v.add(any("-8..7", p -> {
            p.call(7);
            p.move(1, 0);
            p.add(0x57, 1, 0, 0, 15);
            p.add(0x17, 1, 0, 0, 8);
        }));
        v.add(stack(ProbeProgram.INITIALISED));
        v.add(stack(ProbeProgram.UNINITIALISED));
        v.add(stack(-4));
        v.add(stack(-61));
        v.add(stack(-520));
        v.add(any("fp-64+0..15", p -> {
            p.call(7);
            p.add(0x57, 0, 0, 0, 15);
            p.stackAddress(1, ProbeProgram.INITIALISED);
            p.add(0x0f, 1, 0, 0, 0);
        }));
        v.add(CONTEXT);
        v.add(any("ctx+8", p -> {
            p.move(1, 6);
            p.add(0x07, 1, 0, 0, 8);
        }));
        for (MapSpec m : List.of(ProbeMaps.PLAIN, ProbeMaps.LOCK, ProbeMaps.TIMER, ProbeMaps.KPTR, ProbeMaps.STRING)) {
            v.add(value(m, 0));
            v.add(value(m, 20));
        }
        v.add(any("value of plain+0..15", p -> {
            p.call(7);
            p.add(0x57, 0, 0, 0, 15);
            p.mapValue(1, ProbeMaps.PLAIN, 0);
            p.add(0x0f, 1, 0, 0, 0);
        }));
        for (MapType t : List.of(MapType.HASH, MapType.ARRAY_OF_MAPS)) {
            v.add(any("lookup in " + t.kernelName(), p -> {
                p.map(1, ProbeMaps.of(t));
                p.stackAddress(2, ProbeProgram.KEY);
                p.call(1);
                p.move(1, 0);
            }));
        }
        v.add(any("inner map", p -> {
            p.map(1, ProbeMaps.of(MapType.ARRAY_OF_MAPS));
            p.stackAddress(2, ProbeProgram.KEY);
            p.call(1);
            p.exitIfNull();
            p.move(1, 0);
        }));
        v.add(RECORD);
        v.add(any("ringbuf_mem_or_null", p -> {
            p.map(1, ProbeMaps.of(MapType.RINGBUF));
            p.constant(2, 64);
            p.constant(3, 0);
            p.call(131);
            p.move(1, 0);
        }));
        v.add(LOCAL_DYNPTR);
        v.add(RINGBUF_DYNPTR);
        v.add(any("data of dynptr", p -> {
            LOCAL_DYNPTR.make().accept(p);
            p.constant(2, 0);
            p.constant(3, 8);
            p.call(203);
            p.exitIfNull();
            p.move(1, 0);
        }));
        v.add(TASK);
        v.add(SOCK);
        v.add(new ProbeValue("sock", ProbeValue::classifier, p -> fromSocket(p, 95, true)));
        v.add(new ProbeValue("sock_or_null", ProbeValue::classifier, p -> fromSocket(p, 95, false)));
        v.add(new ProbeValue("tcp_sock", ProbeValue::classifier, p -> fromSocket(p, 96, true)));
        v.add(new ProbeValue("ptr_tcp_sock", ProbeValue::classifier, p -> fromSocket(p, 137, true)));
        v.add(new ProbeValue("referenced sock", ProbeValue::classifier, p -> {
            p.move(1, 6);
            p.stackAddress(2, ProbeProgram.INITIALISED);
            p.constant(3, 12);
            p.constant(4, -1);
            p.constant(5, 0);
            p.call(99);
            p.exitIfNull();
            p.move(1, 0);
        }));
        v.add(new ProbeValue("pkt", ProbeValue::classifier, p -> packet(p, 76, 80)));
        v.add(new ProbeValue("pkt", t -> t == ProgramType.XDP, p -> packet(p, 0, 4)));
        v.add(FUNCTION);
        v.add(perCpu(kernel, "bpf_prog_active"));
        v.add(perCpu(kernel, "runqueues"));
        return v;
    }
}
