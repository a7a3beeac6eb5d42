package dev.skep.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.map.SpecialField.Kind;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecialFieldsTest {
    private static final Btf KERNEL = new Btf(
            null,
            List.of(
                    new BtfType.Struct("task_struct", false, 64, List.of()),
                    new BtfType.Struct("sk_buff", false, 64, List.of())));

    private final List<BtfType> types = new ArrayList<>();
    private final SpecialFields fields = new SpecialFields(KERNEL);

    private int add(BtfType type) {
        types.add(type);
        return types.size();
    }

    private int struct(String name, int size, Member... members) {
        return add(new BtfType.Struct(name, false, size, Arrays.asList(members)));
    }

    private static Member member(String name, int type, int offset) {
        return new Member(name, type, offset * 8, 0);
    }

    private int lock() {
        return struct("bpf_spin_lock", 4);
    }

    private int timer() {
        return struct("bpf_timer", 16);
    }

    private int tagged(String tag, int target) {
        return add(new BtfType.Pointer(add(new BtfType.TypeTag(tag, target))));
    }

    private List<SpecialField> value(MapType map, int type, int size) {
        return fields.of(map(map, type, size));
    }

    private MapSpec map(MapType map, int type, int size) {
        return MapSpec.of("m", map, 4, size, 1).withTypes(new Btf(null, types), 0, type);
    }

    @Test
    void findsFieldsInNestedStructsByOffset() {
        int inner = struct("inner", 24, member("pad", 0, 0), member("t", timer(), 8));
        int outer = struct("outer", 40, member("in", inner, 8), member("l", lock(), 32));
        assertThat(value(MapType.HASH, outer, 40))
                .extracting(SpecialField::kind, SpecialField::offset)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.TIMER, 16),
                        org.assertj.core.groups.Tuple.tuple(Kind.SPIN_LOCK, 32));
    }

    @Test
    void resolvesKptrsInTheKernelFirst() {
        int task = struct("task_struct", 0);
        int own = struct("node_data", 24);
        int value = struct("v", 16, member("a", tagged("kptr", task), 0), member("b", tagged("kptr", own), 8));
        List<SpecialField> found = value(MapType.ARRAY, value, 16);
        assertThat(found).hasSize(2);
        assertThat(found.get(0).btf()).isSameAs(KERNEL);
        assertThat(found.get(0).typeId()).isEqualTo(1);
        assertThat(found.get(1).btf()).isNotSameAs(KERNEL);
        assertThat(found.get(1).typeId()).isEqualTo(own);
    }

    @Test
    void refusesReferencesToKernelStructsWithoutDestructor() {
        int skb = struct("sk_buff", 0);
        assertThat(value(MapType.ARRAY, struct("v", 8, member("a", tagged("kptr", skb), 0)), 8))
                .isEmpty();
        assertThat(value(MapType.ARRAY, struct("w", 8, member("a", tagged("kptr_untrusted", skb), 0)), 8))
                .hasSize(1);
    }

    @Test
    void repeatsKptrsInArraysButNotTimers() {
        int task = struct("task_struct", 0);
        int kptrs = add(new BtfType.Array(tagged("kptr", task), 1, 3));
        List<SpecialField> found = value(MapType.ARRAY, struct("v", 32, member("a", kptrs, 8)), 32);
        assertThat(found).extracting(SpecialField::offset).containsExactly(8, 16, 24);
        int timers = add(new BtfType.Array(timer(), 1, 2));
        assertThat(value(MapType.ARRAY, struct("w", 32, member("a", timers, 0)), 32))
                .isEmpty();
    }

    @Test
    void twoLocksSpoilTheValue() {
        int lock = lock();
        assertThat(value(MapType.ARRAY, struct("v", 8, member("a", lock, 0), member("b", lock, 4)), 8))
                .isEmpty();
    }

    @Test
    void listHeadsNeedATagAndALock() {
        int node = struct("bpf_list_node", 24);
        int head = struct("bpf_list_head", 16);
        int item = struct("item", 32, member("key", lock(), 0), member("node", node, 8));
        int lock = lock();
        int value = struct("v", 24, member("head", head, 0), member("lock", lock, 16));
        int bare = struct("w", 16, member("head", head, 0));
        add(new BtfType.DeclTag("contains:item:node", value, 0));
        add(new BtfType.DeclTag("contains:item:node", bare, 0));
        List<SpecialField> found = value(MapType.ARRAY, value, 24);
        assertThat(found).hasSize(2);
        assertThat(found.getFirst().kind()).isEqualTo(Kind.LIST_HEAD);
        assertThat(found.getFirst().typeId()).isEqualTo(item);
        assertThat(found.getFirst().nodeOffset()).isEqualTo(8);
        assertThat(value(MapType.ARRAY, bare, 16)).isEmpty();
        assertThat(value(MapType.PERCPU_ARRAY, value, 24)).isEmpty();
    }

    @Test
    void findsFieldsOfGlobalVariables() {
        int variable = add(new BtfType.Variable("lock", lock(), BtfType.Linkage.STATIC));
        int section = add(new BtfType.DataSection(".data.A", 8, List.of(new BtfType.SectionVariable(variable, 4, 4))));
        assertThat(value(MapType.ARRAY, section, 8))
                .extracting(SpecialField::offset)
                .containsExactly(4);
    }

    @Test
    void objectsHaveNodesButNoTimers() {
        int item = struct(
                "item",
                56,
                member("node", struct("bpf_rb_node", 32), 0),
                member("ref", struct("bpf_refcount", 4), 32),
                member("t", timer(), 40));
        assertThat(fields.of(new Btf(null, types), item))
                .extracting(SpecialField::kind)
                .containsExactly(Kind.RB_NODE, Kind.REFCOUNT);
        assertThat(value(MapType.ARRAY, item, 56))
                .extracting(SpecialField::kind)
                .isNotEmpty()
                .doesNotContain(Kind.RB_NODE);
    }

    @Test
    void objectsWithoutDirectFieldsHaveNone() {
        int inner = struct("inner", 4, member("ref", struct("bpf_refcount", 4), 0));
        assertThat(fields.of(new Btf(null, types), struct("outer", 4, member("in", inner, 0))))
                .isEmpty();
    }

    @Test
    void keepsWhatItFound() {
        MapSpec map = map(MapType.ARRAY, struct("v", 4, member("l", lock(), 0)), 4);
        assertThat(fields.of(map)).isSameAs(fields.of(map)).hasSize(1);
    }

    @Test
    void namesTheProblemThatTheKernelNamesFirst() {
        int node = struct("bpf_list_node", 24);
        int head = struct("bpf_list_head", 16);
        struct("item", 24, member("node", node, 0));
        int value = struct("v", 40, member("head", head, 0), member("lock", lock(), 16), member("t", timer(), 24));
        add(new BtfType.DeclTag("contains:item:node", value, 0));
        MapSpec map = map(MapType.ARRAY, value, 40);
        assertThat(problem(map, ProgramType.KPROBE, 0))
                .isEqualTo("tracing progs cannot use bpf_{list_head,rb_root} yet");
        assertThat(problem(map, ProgramType.SOCKET_FILTER, 0))
                .isEqualTo("socket filter progs cannot use bpf_spin_lock yet");
        assertThat(problem(map, ProgramType.SCHED_CLS, 0)).isNull();
        assertThat(problem(map, ProgramType.TRACING, 0)).isNull();
        MapSpec timed = map(MapType.ARRAY, struct("w", 16, member("t", timer(), 0)), 16);
        assertThat(problem(timed, ProgramType.PERF_EVENT, 0)).isEqualTo("tracing progs cannot use bpf_timer yet");
        MapSpec locked = map(MapType.ARRAY, struct("x", 4, member("l", lock(), 0)), 4);
        assertThat(problem(locked, ProgramType.RAW_TRACEPOINT, 0))
                .isEqualTo("tracing progs cannot use bpf_spin_lock yet");
    }

    @Test
    void sleepableProgramsUseFewMapTypes() {
        String sentence = "Sleepable programs can only use array, hash, ringbuf and local storage maps";
        List<MapType> refused = new ArrayList<>();
        for (MapType type : MapType.values()) {
            if (type != MapType.UNSPEC
                    && type != MapType.STRUCT_OPS
                    && sentence.equals(problem(map(type, 0, 8), ProgramType.SYSCALL, ProgramSpec.F_SLEEPABLE))) {
                refused.add(type);
            }
        }
        assertThat(refused)
                .containsExactly(
                        MapType.PROG_ARRAY,
                        MapType.PERF_EVENT_ARRAY,
                        MapType.STACK_TRACE,
                        MapType.CGROUP_ARRAY,
                        MapType.LPM_TRIE,
                        MapType.DEVMAP,
                        MapType.SOCKMAP,
                        MapType.CPUMAP,
                        MapType.XSKMAP,
                        MapType.SOCKHASH,
                        MapType.CGROUP_STORAGE,
                        MapType.REUSEPORT_SOCKARRAY,
                        MapType.PERCPU_CGROUP_STORAGE,
                        MapType.DEVMAP_HASH,
                        MapType.BLOOM_FILTER);
    }

    @Test
    void aProgramHasOneArena() {
        MapSpec first = map(MapType.ARENA, 0, 0);
        MapSpec second = map(MapType.ARENA, 0, 0);
        ProgramSpec program =
                ProgramSpec.of("f", ProgramType.SYSCALL, BpfCode.of(0x95)).withMaps(List.of(first, second));
        assertThat(MapProblems.find(first, List.of(), program)).isNull();
        assertThat(MapProblems.find(second, List.of(), program)).isEqualTo("Only one arena per program");
    }

    private String problem(MapSpec map, ProgramType type, int flags) {
        ProgramSpec program =
                ProgramSpec.of("f", type, BpfCode.of(0x95)).withFlags(flags).withMaps(List.of(map));
        return MapProblems.find(map, fields.of(map), program);
    }
}
