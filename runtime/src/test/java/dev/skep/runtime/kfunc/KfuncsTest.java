package dev.skep.runtime.kfunc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncCatalogue;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.TestRun;
import dev.skep.runtime.dynptr.Dynptr;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KfuncsTest {
    private Machine machine;
    private long mem;

    @BeforeEach
    void open() {
        machine =
                Machine.create(MachineOptions.defaults().withSlabSize(64 << 20).withCpus(3));
        mem = machine.slab().allocate(8192);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void run(Consumer<RunContext> body) {
        TestRun.in(machine, ProgramType.SYSCALL, null, body);
    }

    private static SpecialField field(SpecialField.Kind kind, int offset, int size) {
        return new SpecialField(kind, offset, size, null, 0, 0);
    }

    @Test
    void keepsATreeInOrderAndBalanced() {
        MemorySegment m = machine.slab().memory();
        long root = machine.slab().allocate(16);
        ObjectType type =
                new ObjectType(48, List.of(field(SpecialField.Kind.RB_NODE, 16, 32)), MemoryAccount.unlimited("t"));
        int id = machine.objects().register(type);
        TreeSet<Long> model = new TreeSet<>();
        List<Long> nodes = new ArrayList<>();
        Random random = new Random(2);
        for (int i = 0; i < 4000; i++) {
            if (nodes.size() > 300 || !nodes.isEmpty() && random.nextInt(3) == 0) {
                long node = nodes.remove(random.nextInt(nodes.size()));
                assertThat(RedBlackTree.remove(m, root, node)).isEqualTo(node);
                assertThat(RedBlackTree.remove(m, root, node)).isZero();
                model.remove(SlabAccess.load64(m, node - 16));
                machine.objects().drop(node - 16);
            } else {
                long object = machine.objects().allocate(id, false);
                long value = random.nextLong() >>> 1;
                SlabAccess.store64(m, object, value);
                assertThat(RedBlackTree.add(m, root, object + 16, (a, b) -> key(a) < key(b)))
                        .isTrue();
                assertThat(RedBlackTree.add(m, root, object + 16, (_, _) -> true))
                        .as("twice")
                        .isFalse();
                nodes.add(object + 16);
                model.add(value);
            }
            long first = RedBlackTree.first(m, root);
            assertThat(first == 0 ? null : key(first)).isEqualTo(model.isEmpty() ? null : model.first());
            if (i % 100 == 0) {
                List<Long> order = new ArrayList<>();
                blackHeight(root, RedBlackTree.top(m, root), order);
                assertThat(order).isEqualTo(new ArrayList<>(model));
            }
        }
        machine.objects().releaseFields(List.of(field(SpecialField.Kind.RB_ROOT, 0, 16)), root);
        assertThat(type.account().used()).isZero();
    }

    private long key(long node) {
        return SlabAccess.load64(machine.slab().memory(), node - 16);
    }

    private int blackHeight(long root, long node, List<Long> order) {
        if (node == 0) {
            return 1;
        }
        MemorySegment m = machine.slab().memory();
        int left = blackHeight(root, RedBlackTree.child(m, root, node, true), order);
        order.add(key(node));
        int right = blackHeight(root, RedBlackTree.child(m, root, node, false), order);
        assertThat(left).isEqualTo(right);
        boolean black = SlabAccess.load32(m, node + 12) != 0;
        for (boolean side : new boolean[] {true, false}) {
            long child = RedBlackTree.child(m, root, node, side);
            assertThat(black || child == 0 || SlabAccess.load32(m, child + 12) != 0)
                    .isTrue();
        }
        return left + (black ? 1 : 0);
    }

    @Test
    void listsBothWaysAndDropsARefusedNode() {
        MemoryAccount account = MemoryAccount.unlimited("t");
        int id = machine.objects()
                .register(new ObjectType(
                        48,
                        List.of(field(SpecialField.Kind.LIST_NODE, 8, 24), field(SpecialField.Kind.REFCOUNT, 40, 4)),
                        account));
        long head = machine.slab().allocate(16);
        run(cx -> {
            assertThat(ObjectKfuncs.popFront(cx, head, 0, 0, 0, 0)).isZero();
            long a = machine.objects().allocate(id, false);
            long b = machine.objects().allocate(id, false);
            long c = machine.objects().allocate(id, false);
            assertThat(ObjectKfuncs.pushBack(cx, head, b + 8, 0, 0, 0)).isZero();
            assertThat(ObjectKfuncs.pushBack(cx, head, c + 8, 0, 0, 0)).isZero();
            assertThat(ObjectKfuncs.pushFront(cx, head, a + 8, 0, 0, 0)).isZero();
            assertThat(machine.objects().acquire(b)).isEqualTo(b);
            assertThat(ObjectKfuncs.pushBack(cx, head, b + 8, 0, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(SlabAccess.load32(cx.memory(), b + 40))
                    .as("reference dropped")
                    .isEqualTo(1);
            assertThat(ObjectKfuncs.front(cx, head, 0, 0, 0, 0)).isEqualTo(a + 8);
            assertThat(ObjectKfuncs.back(cx, head, 0, 0, 0, 0)).isEqualTo(c + 8);
            assertThat(ObjectKfuncs.popBack(cx, head, 0, 0, 0, 0)).isEqualTo(c + 8);
            assertThat(ObjectKfuncs.popFront(cx, head, 0, 0, 0, 0)).isEqualTo(a + 8);
            machine.objects().drop(a);
            machine.objects().drop(c);
            assertThat(account.used()).isEqualTo(48);
        });
        machine.objects().releaseFields(List.of(field(SpecialField.Kind.LIST_HEAD, 0, 16)), head);
        assertThat(account.used()).isZero();
    }

    @Test
    void countsReferencesAndDropsNestedObjects() {
        MemoryAccount account = MemoryAccount.limited("t", 100);
        int leaf = machine.objects().register(new ObjectType(16, List.of(), account));
        int holder = machine.objects()
                .register(new ObjectType(
                        24,
                        List.of(field(SpecialField.Kind.REFCOUNT, 0, 4), field(SpecialField.Kind.KPTR_REF, 8, 8)),
                        account));
        long a = machine.objects().allocate(holder, false);
        SlabAccess.store64(machine.slab().memory(), a + 8, machine.objects().allocate(leaf, false));
        assertThat(account.used()).isEqualTo(40);
        assertThat(machine.objects().acquire(a)).isEqualTo(a);
        machine.objects().drop(a);
        assertThat(account.used()).isEqualTo(40);
        machine.objects().drop(a);
        assertThat(account.used()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(machine.objects().allocate(holder, false)).isNotZero();
        }
        assertThat(machine.objects().allocate(holder, false))
                .as("account spent")
                .isZero();
    }

    @Test
    void dropsWhatADeletedMapValueHolds() {
        MapSpec spec = MapSpec.of("h", MapType.HASH, 4, 16, 4);
        MemoryAccount account = MemoryAccount.unlimited("t");
        MachineOptions.SpecialFields fields = new MachineOptions.SpecialFields() {
            @Override
            public List<SpecialField> of(MapSpec map) {
                return map == spec ? List.of(field(SpecialField.Kind.KPTR_REF, 8, 8)) : List.of();
            }

            @Override
            public List<SpecialField> of(dev.skep.object.btf.Btf btf, int structId) {
                return List.of();
            }
        };
        try (Machine own =
                Machine.create(MachineOptions.defaults().withSlabSize(64 << 20).withTypes(fields))) {
            BpfMap map = own.createMap(spec);
            int leaf = own.objects().register(new ObjectType(16, List.of(), account));
            long key = own.slab().allocate(8);
            for (int how = 0; how < 3; how++) {
                byte[] value = new byte[16];
                java.util.Arrays.fill(value, (byte) 7);
                map.put(new byte[4], value, 0);
                long at = map.lookup(key, 0);
                assertThat(SlabAccess.load64(own.slab().memory(), at + 8))
                        .as("kptr not copied")
                        .isZero();
                SlabAccess.store64(own.slab().memory(), at + 8, own.objects().allocate(leaf, false));
                assertThat(map.get(new byte[4])).as("kptr not shown").endsWith(0, 0, 0, 0, 0, 0, 0, 0);
                assertThat(account.used()).isEqualTo(16);
                switch (how) {
                    case 0 -> map.remove(new byte[4]);
                    case 1 -> map.put(new byte[4], value, 0);
                    default -> own.closeMap(map);
                }
                assertThat(account.used()).as("way %d", how).isZero();
            }
        }
    }

    @Test
    void countsNumbers() {
        run(cx -> {
            assertThat(IterKfuncs.numNew(cx, mem, 3, 6, 0, 0)).isZero();
            List<Long> seen = new ArrayList<>();
            for (long p; (p = IterKfuncs.numNext(cx, mem, 0, 0, 0, 0)) != 0; ) {
                seen.add(SlabAccess.load32(cx.memory(), p));
            }
            assertThat(seen).containsExactly(3L, 4L, 5L);
            assertThat(IterKfuncs.numNext(cx, mem, 0, 0, 0, 0)).isZero();
            assertThat(IterKfuncs.numNew(cx, mem, 2, 1, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(IterKfuncs.numNew(cx, mem, 0, (8 << 20) + 1, 0, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(IterKfuncs.numNext(cx, mem, 0, 0, 0, 0)).isZero();
            assertThat(IterKfuncs.numNew(cx, mem, Integer.MIN_VALUE, Integer.MIN_VALUE, 0, 0))
                    .isZero();
            assertThat(IterKfuncs.numNext(cx, mem, 0, 0, 0, 0)).isZero();
        });
    }

    @Test
    void walksBits() {
        run(cx -> {
            long words = mem + 64;
            Random random = new Random(4);
            for (int n : new int[] {1, 2, 9, 511}) {
                List<Long> expected = new ArrayList<>();
                for (int i = 0; i < n; i++) {
                    long w = random.nextLong() & random.nextLong() & random.nextLong();
                    SlabAccess.store64(cx.memory(), words + 8L * i, w);
                    for (int b = 0; b < 64; b++) {
                        if ((w >>> b & 1) != 0) {
                            expected.add(64L * i + b);
                        }
                    }
                }
                assertThat(IterKfuncs.bitsNew(cx, mem, words, n, 0, 0)).isZero();
                List<Long> seen = new ArrayList<>();
                for (long p; (p = IterKfuncs.bitsNext(cx, mem, 0, 0, 0, 0)) != 0; ) {
                    seen.add(SlabAccess.load32(cx.memory(), p));
                }
                assertThat(seen).isEqualTo(expected);
                IterKfuncs.bitsDestroy(cx, mem, 0, 0, 0, 0);
            }
            assertThat(IterKfuncs.bitsNew(cx, mem, words, 512, 0, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(IterKfuncs.bitsNew(cx, mem, words, 0, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(IterKfuncs.bitsNew(cx, mem, 0, 1, 0, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(IterKfuncs.bitsNew(cx, mem, -8, 1, 0, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(IterKfuncs.bitsNext(cx, mem, 0, 0, 0, 0)).isZero();
        });
        assertThat(machine.account().used()).isZero();
    }

    private long put(long at, String s) {
        byte[] b = (s + "\0").getBytes(StandardCharsets.ISO_8859_1);
        SlabAccess.put(machine.slab().memory(), at, b, 0, b.length);
        return at;
    }

    @Test
    void searchesStrings() {
        run(cx -> {
            long abc = put(mem, "abcabc");
            long abd = put(mem + 100, "abd");
            long ca = put(mem + 200, "ca");
            long upper = put(mem + 300, "ABCABC");
            assertThat(StringKfuncs.compare(cx, abc, abd, 0, 0, 0)).isEqualTo(-1);
            assertThat(StringKfuncs.compareIgnoringCase(cx, abc, upper, 0, 0, 0))
                    .isZero();
            assertThat(StringKfuncs.length(cx, abc, 0, 0, 0, 0)).isEqualTo(6);
            assertThat(StringKfuncs.lengthWithin(cx, abc, 4, 0, 0, 0)).isEqualTo(4);
            assertThat(StringKfuncs.find(cx, abc, 'c', 0, 0, 0)).isEqualTo(2);
            assertThat(StringKfuncs.find(cx, abc, 'z', 0, 0, 0)).isEqualTo(-Errno.ENOENT);
            assertThat(StringKfuncs.find(cx, abc, 0, 0, 0, 0)).isEqualTo(6);
            assertThat(StringKfuncs.findWithin(cx, abc, 2, 'c', 0, 0)).isEqualTo(-Errno.ENOENT);
            assertThat(StringKfuncs.findOrEnd(cx, abc, 'z', 0, 0, 0)).isEqualTo(6);
            assertThat(StringKfuncs.findLast(cx, abc, 'b', 0, 0, 0)).isEqualTo(4);
            assertThat(StringKfuncs.span(cx, abc, abd, 0, 0, 0)).isEqualTo(2);
            assertThat(StringKfuncs.spanWithout(cx, abc, ca, 0, 0, 0)).isZero();
            assertThat(StringKfuncs.findString(cx, abc, ca, 0, 0, 0)).isEqualTo(2);
            assertThat(StringKfuncs.findStringWithin(cx, abc, ca, 3, 0, 0)).isEqualTo(-Errno.ENOENT);
            assertThat(StringKfuncs.findStringWithin(cx, abc, ca, 4, 0, 0)).isEqualTo(2);
            assertThat(StringKfuncs.findString(cx, abc, abd, 0, 0, 0)).isEqualTo(-Errno.ENOENT);
            assertThat(StringKfuncs.compare(cx, 0, abc, 0, 0, 0)).isEqualTo(-Errno.ERANGE);
            assertThat(StringKfuncs.length(cx, -4096, 0, 0, 0, 0)).isEqualTo(-Errno.EFAULT);
            long endless = machine.slab().allocate(70_000);
            SlabAccess.fill(cx.memory(), endless, 70_000, (byte) 'x');
            assertThat(StringKfuncs.length(cx, endless, 0, 0, 0, 0)).isEqualTo(-Errno.E2BIG);
        });
    }

    @Test
    void masksCpus() {
        run(cx -> {
            long a = CpumaskKfuncs.create(cx, 0, 0, 0, 0, 0);
            long b = CpumaskKfuncs.create(cx, 0, 0, 0, 0, 0);
            assertThat(CpumaskKfuncs.empty(cx, a, 0, 0, 0, 0)).isEqualTo(1);
            CpumaskKfuncs.setCpu(cx, 2, a, 0, 0, 0);
            CpumaskKfuncs.setCpu(cx, 3, a, 0, 0, 0);
            assertThat(CpumaskKfuncs.weight(cx, a, 0, 0, 0, 0))
                    .as("only three CPUs")
                    .isEqualTo(1);
            assertThat(CpumaskKfuncs.first(cx, a, 0, 0, 0, 0)).isEqualTo(2);
            assertThat(CpumaskKfuncs.firstZero(cx, a, 0, 0, 0, 0)).isZero();
            assertThat(CpumaskKfuncs.testAndSetCpu(cx, 2, a, 0, 0, 0)).isEqualTo(1);
            CpumaskKfuncs.setAll(cx, b, 0, 0, 0, 0);
            assertThat(CpumaskKfuncs.full(cx, b, 0, 0, 0, 0)).isEqualTo(1);
            assertThat(CpumaskKfuncs.subset(cx, a, b, 0, 0, 0)).isEqualTo(1);
            assertThat(CpumaskKfuncs.subset(cx, b, a, 0, 0, 0)).isZero();
            assertThat(CpumaskKfuncs.xor(cx, b, a, b, 0, 0)).isZero();
            assertThat(CpumaskKfuncs.intersects(cx, a, b, 0, 0, 0)).isZero();
            assertThat(CpumaskKfuncs.weight(cx, b, 0, 0, 0, 0)).isEqualTo(2);
            CpumaskKfuncs.release(cx, a, 0, 0, 0, 0);
            CpumaskKfuncs.release(cx, b, 0, 0, 0, 0);
        });
        assertThat(machine.account().used()).isZero();
    }

    @Test
    void probesIntoDynptrs() {
        long p = machine.slab().allocate(16);
        run(cx -> {
            Dynptr.fromMem(cx.memory(), mem, 300, 0, p);
            long from = put(mem + 1000, "x".repeat(280));
            assertThat(ProbeKfuncs.kernel(cx, p, 0, 301, from, 0)).isEqualTo(-Errno.E2BIG);
            assertThat(ProbeKfuncs.kernel(cx, p, 10, 281, from, 0)).isZero();
            assertThat(ProbeKfuncs.kernel(cx, p, 0, 8, 0, 0)).isEqualTo(-Errno.ERANGE);
            assertThat(ProbeKfuncs.user(cx, p, 0, 8, 0, 0)).isEqualTo(-Errno.EFAULT);
            assertThat(ProbeKfuncs.kernelString(cx, p, 0, 300, from, 0)).isEqualTo(281);
            assertThat(ProbeKfuncs.kernelString(cx, p, 0, 5, from, 0)).isEqualTo(5);
            assertThat(SlabAccess.load8(cx.memory(), mem + 4)).isZero();
            assertThat(ProbeKfuncs.kernelString(cx, p, 0, 0, from, 0)).isZero();
            Dynptr.setNull(cx.memory(), p);
            assertThat(ProbeKfuncs.kernel(cx, p, 0, 0, from, 0)).isZero();
            assertThat(ProbeKfuncs.kernel(cx, p, 0, 1, from, 0)).isEqualTo(-Errno.E2BIG);
        });
    }

    @Test
    void probesStringsIntoFragmentsInChunks() {
        var xdp = machine.newXdpBuffer();
        long p = machine.slab().allocate(16);
        for (int length : new int[] {0, 1, 2, 254, 255, 256, 257, 511, 512, 600}) {
            xdp.load(new byte[9000]);
            TestRun.in(machine, ProgramType.XDP, xdp, cx -> {
                DynptrKfuncs.fromXdp(cx, xdp.context(), 0, p, 0, 0);
                long from = put(mem, "y".repeat(length));
                assertThat(ProbeKfuncs.kernelString(cx, p, 3400, 700, from, 0))
                        .as("%d", length)
                        .isEqualTo(length + 1);
                byte[] all = xdp.toByteArray();
                for (int i = 0; i < length; i++) {
                    assertThat(all[3400 + i]).isEqualTo((byte) 'y');
                }
                assertThat(all[3400 + length]).isZero();
            });
        }
    }

    @Test
    void implementsOrListsEveryFunctionOfTheKernel() {
        TreeSet<String> missing = new TreeSet<>();
        for (Kfunc kfunc : KfuncCatalogue.all()) {
            boolean implemented = KfuncTable.kfunc(kfunc.name()) != null;
            assertThat(implemented && VerifyOnly.contains(kfunc.name()))
                    .as(kfunc.name())
                    .isFalse();
            if (!implemented && !VerifyOnly.contains(kfunc.name())) {
                missing.add(kfunc.name());
            }
        }
        assertThat(missing).isEmpty();
    }
}
