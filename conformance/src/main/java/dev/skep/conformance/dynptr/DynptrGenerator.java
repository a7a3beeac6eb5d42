package dev.skep.conformance.dynptr;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random programs that make, use and give back dynptrs. Most are meant to be accepted; now and then one does what it
 * must not.
 *
 * <p>Packets only ever grow here: what a stale dynptr shows of a packet gone short is a quirk of Linux that Skep does
 * not copy.
 */
final class DynptrGenerator {
    private static final int SLOTS = 6;
    /** Stack under local dynptrs: below the objects. */
    private static final int STACK_AREA = -256;

    private static final int STACK_BYTES = 64;
    private static final int SAVED = 6;
    private static final int FRAME = 7;
    /** Where functions find the context, in the main program's frame. */
    private static final int CONTEXT_AT = -400;

    private static final int LOOP = 181;
    private static final int JGT = 0x25;
    private static final int JEQ = 0x15;

    /** What a slot of the stack holds. */
    private enum Kind {
        NONE,
        MEMORY,
        RECORD,
        PACKET,
        ALLOCATED
    }

    private final SplittableRandom random;
    private final KernelModel kernel;
    private final boolean allocates;
    private final boolean stack;
    private final Kind[] kinds = new Kind[SLOTS];
    private final int[] groups = new int[SLOTS];
    private ProgramType type;
    private DynptrCode p;
    private int nextGroup;
    private int savedBytes;
    private boolean branch;
    private boolean stackReady;

    DynptrGenerator(KernelModel kernel, Set<String> features, long seed) {
        this.random = new SplittableRandom(seed);
        this.kernel = kernel;
        this.allocates = features.contains(Extensions.MALLOC_DYNPTR);
        this.stack = features.contains(Extensions.STACK_DYNPTR);
    }

    Subject make() {
        type = pick(
                ProgramType.SCHED_CLS,
                ProgramType.SCHED_CLS,
                ProgramType.XDP,
                ProgramType.XDP,
                ProgramType.SYSCALL,
                ProgramType.SOCKET_FILTER,
                ProgramType.CGROUP_SKB,
                ProgramType.LWT_XMIT);
        int flags = type == ProgramType.XDP
                ? ProgramSpec.F_XDP_HAS_FRAGS
                : type == ProgramType.SYSCALL ? ProgramSpec.F_SLEEPABLE : 0;
        Subject subject = Subject.of(kernel, type, flags, this::body);
        return switch (type) {
            case SYSCALL -> subject.withContext(new byte[64]);
            case XDP -> subject.withPacket(packet(pick(60, 100, 1500, 3520, 3521, 9000, 12_000)));
            default -> subject.withPacket(packet(pick(60, 100, 500, 1500)));
        };
    }

    private static byte[] packet(int bytes) {
        byte[] b = Subject.counting(bytes);
        b[12] = (byte) 0x88;
        b[13] = (byte) 0xb5;
        return b;
    }

    private void body(DynptrCode code) {
        p = code;
        java.util.Arrays.fill(kinds, Kind.NONE);
        switch (random.nextInt(4)) {
            case 0 -> inFunction();
            case 1 -> inCallback();
            default -> {
                steps(3 + random.nextInt(22));
                releaseAll();
            }
        }
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            if (random.nextInt(100) < 35) {
                create();
            } else {
                step();
            }
        }
    }

    private void releaseAll() {
        if (random.nextInt(25) > 0) {
            for (int d = 0; d < SLOTS; d++) {
                if (held(d)) {
                    release(d);
                }
            }
        }
    }

    /** What is made in the main program is used, and given back, in a function that it calls last. */
    private void inFunction() {
        steps(2 + random.nextInt(10));
        int function = p.code().label();
        p.code().store(8, 10, CONTEXT_AT, 9);
        p.code().mov(1, 10);
        p.code().callSubprogram(function);
        body(function, 1, true);
    }

    /** What is made in the main program is used by a callback that runs up to three times. */
    private void inCallback() {
        steps(2 + random.nextInt(10));
        releaseAll();
        int function = p.code().label();
        p.code().store(8, 10, CONTEXT_AT, 9);
        p.number(1, random.nextInt(4));
        p.code().functionAddress(2, function);
        p.code().mov(3, 10);
        p.number(4, 0).helper(LOOP);
        body(function, 2, false);
    }

    private void body(int function, int frameArgument, boolean knows) {
        p.end();
        p.code().bind(function);
        p.function(Subject.CALLBACK_TYPE);
        p.code().mov(FRAME, frameArgument);
        p.code().load(8, 9, FRAME, CONTEXT_AT);
        p.frame(FRAME);
        savedBytes = 0;
        stackReady &= knows;
        steps(2 + random.nextInt(8));
        releaseAll();
        p.end();
    }

    private boolean held(int d) {
        return kinds[d] == Kind.RECORD || kinds[d] == Kind.ALLOCATED;
    }

    private boolean wild() {
        return random.nextInt(150) == 0;
    }

    private int pick(int... items) {
        return items[random.nextInt(items.length)];
    }

    private ProgramType pick(ProgramType... items) {
        return items[random.nextInt(items.length)];
    }

    /** A slot that may be overwritten, -1 if there is none. */
    private int free() {
        int d = random.nextInt(SLOTS);
        for (int i = 0; i < SLOTS; i++, d = (d + 1) % SLOTS) {
            if (!held(d) && (kinds[d] == Kind.NONE || random.nextInt(4) == 0) || wild()) {
                return d;
            }
        }
        return -1;
    }

    /** A slot with a dynptr, -1 if there is none. */
    private int used() {
        int d = random.nextInt(SLOTS);
        for (int i = 0; i < SLOTS; i++, d = (d + 1) % SLOTS) {
            if (kinds[d] != Kind.NONE || wild()) {
                return d;
            }
        }
        return -1;
    }

    private void made(int d, Kind kind, int group) {
        kinds[d] = kind;
        groups[d] = group;
    }

    private void create() {
        int d = free();
        if (d < 0) {
            return;
        }
        long flags = random.nextInt(20) == 0 ? 1 : 0;
        switch (random.nextInt(stack || allocates ? 12 : 7)) {
            case 0, 1 -> {
                int offset = random.nextInt(Subject.AREA_BYTES);
                p.fromMem(
                        d,
                        offset,
                        wild() ? Subject.AREA_BYTES + 1 : random.nextInt(Subject.AREA_BYTES - offset + 1),
                        flags);
                made(d, Kind.MEMORY, 0);
            }
            case 2 -> {
                p.reserve(d, pick(0, 1, 8, 17, 64, 300, 1000, 5000, 0x100_0000), flags);
                made(d, Kind.RECORD, ++nextGroup);
                p.fill(d, 0, pick(0, 1, 8, 17), 0x5a);
            }
            case 3, 4 -> packet(d, flags);
            case 5, 6 -> copyOf(d);
            case 7, 8, 9 -> {
                if (stack) {
                    overStack(d, flags);
                }
            }
            default -> {
                if (allocates) {
                    p.number(1, pick(0, 1, 8, 100, 5000))
                            .number(2, flags)
                            .dynptr(3, d)
                            .kfunc("bpf_dynptr_alloc");
                    made(d, Kind.ALLOCATED, ++nextGroup);
                }
            }
        }
    }

    private void packet(int d, long flags) {
        if (type == ProgramType.SYSCALL) {
            return;
        }
        boolean meta = type == ProgramType.SCHED_CLS && random.nextInt(5) == 0;
        p.fromPacket(
                type == ProgramType.XDP
                        ? "bpf_dynptr_from_xdp"
                        : meta ? "bpf_dynptr_from_skb_meta" : "bpf_dynptr_from_skb",
                d,
                flags);
        made(d, Kind.PACKET, 0);
    }

    private void copyOf(int d) {
        int from = used();
        if (from >= 0) {
            p.cloneTo(from, d);
            made(d, kinds[from], groups[from]);
        }
    }

    private void overStack(int d, long flags) {
        if (!stackReady && !wild()) {
            for (int i = 0; i < STACK_BYTES; i += 8) {
                p.code().storeImm(8, p.frame(), STACK_AREA + i, 0x0101_0101 * (i / 8));
            }
            stackReady = true;
        }
        int offset = random.nextInt(STACK_BYTES);
        p.code().mov(1, p.frame());
        p.code().alu(0, 1, STACK_AREA + offset);
        p.number(2, random.nextInt(STACK_BYTES - offset + 1))
                .number(3, flags)
                .dynptr(4, d)
                .helper(197);
        made(d, Kind.MEMORY, 0);
    }

    private void release(int d) {
        if (kinds[d] == Kind.ALLOCATED) {
            p.dynptr(1, d).call("bpf_dynptr_put");
        } else if (random.nextBoolean()) {
            p.submit(d, pick(0, 0, 1, 2));
        } else {
            p.discard(d, 0);
        }
        int group = groups[d];
        for (int i = 0; i < SLOTS; i++) {
            if (held(i) && groups[i] == group) {
                kinds[i] = Kind.NONE;
            }
        }
    }

    private void step() {
        if (!branch && random.nextInt(8) == 0) {
            branch();
            return;
        }
        switch (random.nextInt(24)) {
            case 0 -> giveBack();
            case 1 -> grow();
            case 2 -> useSaved();
            case 3 -> stackByte();
            case 4 -> {
                int d = used();
                if (d >= 0 && !held(d) && !branch) {
                    p.code().storeImm(1, p.frame(), -16 * (d + 1) + random.nextInt(16), 1);
                    kinds[d] = Kind.NONE;
                }
            }
            default -> operation();
        }
    }

    private void giveBack() {
        int d = used();
        if (d >= 0 && !branch && (held(d) || wild())) {
            release(d);
        }
    }

    /** Makes the packet longer: slices of it end. */
    private void grow() {
        switch (type) {
            case SCHED_CLS -> p.packetHelper(38, 1600 + random.nextInt(50), 0);
            case XDP -> p.packetHelper(65, random.nextInt(40));
            default -> {
                return;
            }
        }
        if (!branch || !wild()) {
            savedBytes = 0;
        }
    }

    /** Some statements on one side of a condition, that change nothing the other side relies on. */
    private void branch() {
        branch = true;
        int over = p.code().label();
        p.value(1, Subject.AREA, random.nextInt(Subject.AREA_BYTES));
        p.code().load(1, 2, 1, 0);
        p.code().jump(JGT, 2, 0, random.nextInt(256), over);
        int n = 1 + random.nextInt(3);
        for (int i = 0; i < n; i++) {
            step();
        }
        p.code().bind(over);
        branch = false;
    }

    private void stackByte() {
        if (stackReady) {
            p.code().load(1, 0, p.frame(), STACK_AREA + random.nextInt(STACK_BYTES));
            p.note();
            int slot = STACK_AREA + 8 * random.nextInt(STACK_BYTES / 8);
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4, 5, 6 -> p.code().storeImm(8, p.frame(), slot, random.nextInt());
                case 7 -> {
                    p.code().store(8, p.frame(), slot, 9);
                    p.code().storeImm(8, p.frame(), slot, 0);
                }
                default -> {}
            }
        }
    }

    private void useSaved() {
        if (savedBytes == 0) {
            return;
        }
        int over = p.code().label();
        p.number(0, 0);
        p.code().jump(JEQ, SAVED, 0, 0, over);
        p.code().load(1, 0, SAVED, random.nextInt(savedBytes + (wild() ? 1 : 0)));
        p.code().bind(over);
        p.note();
    }

    private long offset() {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt(4096);
            case 1 -> (1L << 32) + random.nextInt(64);
            case 2 -> 0xffff_ffffL;
            case 3 -> 3520 - random.nextInt(80);
            case 4, 5 -> 0;
            default -> random.nextInt(100);
        };
    }

    private int length() {
        return random.nextInt(12) == 0 ? random.nextInt(1500) : random.nextInt(64);
    }

    private long flags() {
        return random.nextInt(12) == 0 ? random.nextInt(5) : 0;
    }

    private int bufferOffset() {
        return random.nextInt(4) == 0 ? -1 : 8 * random.nextInt(300);
    }

    private int poke() {
        return random.nextBoolean() ? random.nextInt(256) : -1;
    }

    private void operation() {
        int d = used();
        if (d < 0) {
            return;
        }
        int length = length();
        switch (random.nextInt(14)) {
            case 0 -> p.read(d, offset(), length, flags(), 8 * random.nextInt(300));
            case 1 -> p.write(d, offset(), length, flags(), 8 * random.nextInt(300));
            case 2, 3 -> save(() -> p.data(d, offset(), length, poke()), length);
            case 4, 5 -> save(() -> p.slice(d, offset(), length, bufferOffset()), length);
            case 6 -> {
                boolean allowed =
                        type == ProgramType.SCHED_CLS || type == ProgramType.XDP || type == ProgramType.LWT_XMIT;
                if (allowed || wild()) {
                    save(() -> p.sliceWritable(d, offset(), length, bufferOffset(), poke()), length);
                }
            }
            case 7 -> p.adjust(d, random.nextInt(24), random.nextInt(2000));
            case 8 -> p.isNull(d);
            case 9 -> p.isReadOnly(d);
            case 10 -> p.size(d);
            case 11, 12 -> {
                int from = used();
                if (from >= 0) {
                    p.copy(d, offset(), from, offset(), length);
                }
            }
            default -> p.fill(d, offset(), length, random.nextInt(512));
        }
    }

    /** Perhaps keeps the pointer that the call gives, for later. */
    private void save(Runnable call, int length) {
        if (branch || random.nextInt(3) > 0) {
            call.run();
            return;
        }
        p.keepPointers(true);
        call.run();
        p.keepPointers(false);
        savedBytes = length;
    }
}
