package dev.skep.runtime;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.helper.RingHelpers;
import dev.skep.runtime.kfunc.KernelView;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.map.SpinLock;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.lang.foreign.MemorySegment;

/**
 * What one run changes: its stack, its registers, its budget, the packet it works on. Made once per thread and reused;
 * a run with a warm context allocates nothing. Not safe for two runs at once, and runs do not nest.
 *
 * <p><em>Shape</em>: {@link #MAX_FRAMES} stack frames of 512 bytes in the slab. Frames grow upwards, and R10 is the end
 * of a frame.
 */
public final class RunContext implements AutoCloseable {
    /** Bytes of one stack frame. */
    public static final int FRAME_BYTES = 512;

    /** Frames that a run may have: 8 for each of a few tail calls and callbacks. */
    public static final int MAX_FRAMES = 64;

    private static final int SCRATCH_BYTES = 4096;
    private static final int FILE_WORDS = 64;
    private static final int MAX_TAIL_CALLS = 33;
    private static final long MAX_LOOPS = 8L << 20;
    private static final int TICKS_PER_CLOCK = 1 << 12;
    private static final int SAVED = 6;
    private static final int MAX_ARGUMENTS = 16;
    private static final int STACK_BYTES = MAX_FRAMES * FRAME_BYTES + SCRATCH_BYTES + 8 * MAX_ARGUMENTS;
    private static final int MAX_SEQUENCE = 16 << 20;

    private final Machine machine;
    private final MemorySegment memory;
    private final int cpu;
    private final long stack;
    private final long scratch;

    /**
     * What the run began with. References are stored only when they change: the collector's barrier costs more than the
     * rest of a start.
     */
    private LoadedProgram entered;
    /** Id of the program that runs. */
    private int current;

    private long frame;
    private int depth;
    private long[] calls = new long[16 * SAVED];
    private Object[] callers = new Object[16];
    private int returnAddress;
    private long[][] registers = new long[4][];
    private int level;
    private int tailCalls;
    private long loops;
    private long allLoops;
    private long loopFrame;
    private long thrown;
    private LoadedProgram tail;
    private long tailContext;
    private PacketBuffer packet;
    private KernelView view;
    private final long[] locks = new long[32];
    private int heldLocks;
    private long[] records = new long[16];
    private int openRecords;
    private long returnValue;
    private long attachCookie;
    private int argumentCount;
    private final Redirect redirect = new Redirect();
    private final java.io.ByteArrayOutputStream sequence = new java.io.ByteArrayOutputStream(0);

    private final HeldBlocks held = new HeldBlocks();
    private final HeldObjects objects = new HeldObjects();
    private StepObserver observer;

    private long backEdgeLimit = Long.MAX_VALUE;
    private long deadlineNanos;
    private long backEdgesLeft;
    private long deadline;
    private long ticks;

    RunContext(Machine machine, int cpu) {
        this.machine = machine;
        this.memory = machine.slab().memory();
        this.cpu = cpu;
        Slab slab = machine.slab();
        machine.account().charge(STACK_BYTES);
        stack = slab.require(STACK_BYTES);
        scratch = stack + (long) MAX_FRAMES * FRAME_BYTES;
        slab.hide(stack);
        frame = stack;
    }

    public Machine machine() {
        return machine;
    }

    /** The slab's bytes, for {@link SlabAccess}. */
    public MemorySegment memory() {
        return memory;
    }

    public Slab slab() {
        return machine.slab();
    }

    public Host host() {
        return machine.host();
    }

    /** The CPU that runs in this context are on. */
    public int cpu() {
        return cpu;
    }

    /** The program that runs; after a tail call, the one called. */
    public LoadedProgram program() {
        LoadedProgram called = entered.id() == current ? null : machine.program(current);
        return called != null ? called : entered;
    }

    /** Pays for what the running program allocates. */
    public MemoryAccount account() {
        return program().account();
    }

    /**
     * The blocks that the run has allocated and not given back; what is left when it ends, however it ends, is freed.
     */
    public HeldBlocks held() {
        return held;
    }

    /** The references to objects that the run owns; what is left when it ends, however it ends, is dropped. */
    public HeldObjects objects() {
        return objects;
    }

    /** A block of {@value #SCRATCH_BYTES} bytes that helpers may use within one call. */
    public long scratch() {
        return scratch;
    }

    /** Shows each instruction of later runs in the interpreter to {@code newObserver}; null: to nobody. Slow. */
    public void observe(StepObserver newObserver) {
        observer = newObserver;
    }

    /** Who sees each instruction, or null. */
    public StepObserver observer() {
        return observer;
    }

    /** Limits the backward jumps and callback rounds of each later run; exceeding them is a {@link BudgetFault}. */
    public void limitBackEdges(long limit) {
        backEdgeLimit = limit;
    }

    /** Limits the time of each later run, checked at backward jumps and calls of callbacks; 0 means no limit. */
    public void limitNanos(long nanos) {
        deadlineNanos = nanos;
    }

    void begin(LoadedProgram newProgram) {
        if (entered != newProgram) {
            entered = newProgram;
        }
        current = newProgram.id();
        frame = stack + FRAME_BYTES;
        depth = 0;
        level = 0;
        tailCalls = 0;
        loops = 0;
        allLoops = 0;
        redirect.clear();
        backEdgesLeft = backEdgeLimit;
        deadline = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        if (tail != null) {
            tail = null;
        }
        ticks = 0;
        refillTicks();
    }

    void end() {
        frame = stack;
        while (openRecords > 0) {
            RingHelpers.discard(this, records[openRecords - 1], 0, 0, 0, 0);
        }
        while (heldLocks > 0) {
            SpinLock.unlock(memory, locks[--heldLocks]);
        }
        held.freeAll(machine.slab());
        objects.dropAll(machine.objects());
    }

    /** The end of the current frame: what R10 is. */
    public long frame() {
        return frame;
    }

    /** Opens the next frame and returns its end. */
    public long enterFrame() {
        long next = frame + FRAME_BYTES;
        if (next > scratch) {
            throw new BudgetFault(BudgetFault.Kind.STACK, "stack must stay within " + MAX_FRAMES + " frames");
        }
        frame = next;
        return next;
    }

    /** Goes back to a frame that {@link #frame} named. */
    public void leaveFrame(long to) {
        frame = to;
    }

    /**
     * A register file for one entry into the interpreter, or for one function of generated code that is several
     * methods: 64 words.
     */
    public long[] pushRegisters() {
        if (level == registers.length) {
            registers = java.util.Arrays.copyOf(registers, 2 * level);
        }
        long[] r = registers[level];
        if (r == null) {
            r = new long[FILE_WORDS];
            registers[level] = r;
        }
        level++;
        return r;
    }

    public void popRegisters() {
        level--;
    }

    /** Number of calls that {@link #pushCall} has stacked. */
    public int depth() {
        return depth;
    }

    /** Saves what a call to a subprogram must preserve: R6 to R10, the return address, the code. */
    public void pushCall(Object caller, int returnTo, long[] r) {
        if (depth == callers.length) {
            callers = java.util.Arrays.copyOf(callers, 2 * depth);
            calls = java.util.Arrays.copyOf(calls, 2 * depth * SAVED);
        }
        int at = depth * SAVED;
        System.arraycopy(r, 6, calls, at, 5);
        calls[at + 5] = returnTo;
        callers[depth++] = caller;
    }

    /** Restores what {@link #pushCall} saved, and the frame; returns the code. */
    public Object popCall(long[] r) {
        int at = --depth * SAVED;
        System.arraycopy(calls, at, r, 6, 5);
        returnAddress = (int) calls[at + 5];
        frame = r[10];
        return callers[depth];
    }

    /** The return address of the last {@link #popCall}. */
    public int returnAddress() {
        return returnAddress;
    }

    /** One backward jump or callback round. */
    public void tick() {
        if (--ticks < 0) {
            refillTicks();
        }
    }

    private void refillTicks() {
        if (deadline != 0 && System.nanoTime() - deadline > 0) {
            throw new BudgetFault(BudgetFault.Kind.DEADLINE, "run must end in time: nanos=" + deadlineNanos);
        }
        if (backEdgesLeft <= 0) {
            throw new BudgetFault(
                    BudgetFault.Kind.BACK_EDGES, "run must stay within its backward jumps: limit=" + backEdgeLimit);
        }
        ticks = deadline == 0 ? Math.min(backEdgesLeft, 1 << 30) : Math.min(backEdgesLeft, TICKS_PER_CLOCK);
        backEdgesLeft -= ticks;
    }

    /** {@code may_goto}: true when the function has used up its 8 Mi rounds, or the run many times that. */
    public boolean loopsExhausted() {
        if (loopFrame != frame) {
            loopFrame = frame;
            loops = 0;
        }
        allLoops++;
        return ++loops > MAX_LOOPS || allLoops > MAX_FRAMES * MAX_LOOPS;
    }

    /**
     * The program that a tail call goes on with, now current; null when the slot is empty or 33 calls were made.
     *
     * @param map address of the program array
     */
    public LoadedProgram tailCall(long map, long index) {
        return machine.mapAt(map) instanceof HandleArrayMap slots
                ? tailCall(slots.program(index & 0xffff_ffffL))
                : null;
    }

    /** The same where the target was found. */
    public LoadedProgram tailCall(LoadedProgram next) {
        if (next == null || tailCalls >= MAX_TAIL_CALLS) {
            return null;
        }
        tailCalls++;
        current = next.id();
        return next;
    }

    /** Leaves a tail call for the engine to go on with when the current function has returned. */
    public void leaveTail(LoadedProgram next, long context) {
        tail = next;
        tailContext = context;
    }

    /** The pending tail call's program, taken; null when there is none. */
    public LoadedProgram takeTail() {
        LoadedProgram next = tail;
        if (next != null) {
            tail = null;
        }
        return next;
    }

    /** R1 of the tail call taken last. */
    public long tailContext() {
        return tailContext;
    }

    /** True when runs have a limit on backward jumps or time. */
    public boolean isBudgeted() {
        return backEdgeLimit != Long.MAX_VALUE || deadlineNanos != 0;
    }

    void packet(PacketBuffer newPacket) {
        if (packet != newPacket) {
            packet = newPacket;
        }
    }

    /** The packet that the program works on, or null. */
    public PacketBuffer packet() {
        return packet;
    }

    /** The packet behind an XDP context. */
    public XdpBuffer xdp(long context) {
        if (packet instanceof XdpBuffer x && x.context() == context) {
            return x;
        }
        throw new MemoryFault("context must be the run's xdp_md: address=0x" + Long.toHexString(context), null);
    }

    /** The packet behind an skb context. */
    public SkbBuffer skb(long context) {
        if (packet instanceof SkbBuffer s && s.context() == context) {
            return s;
        }
        throw new MemoryFault("context must be the run's __sk_buff: address=0x" + Long.toHexString(context), null);
    }

    /** The packet as the kernel's own struct; the context itself when the kernel's types are not known. */
    public long kernelContext(long context) {
        if (packet == null || packet.context() != context) {
            return context;
        }
        if (view == null) {
            view = new KernelView(machine.slab(), machine.options().types().kernelTypes());
        }
        long address = view.of(packet);
        return address == 0 ? context : address;
    }

    /** The map that a program's map pointer names. */
    public BpfMap map(long address) {
        return machine.mapAt(address);
    }

    /** Calls a subprogram of a loaded program by its code address, in a frame above the current one. */
    public long callback(long codeAddress, long r1, long r2, long r3, long r4, long r5) {
        LoadedProgram target = machine.program(LoadedProgram.programOf(codeAddress));
        if (target == null) {
            throw new MemoryFault("callback must be a subprogram: address=0x" + Long.toHexString(codeAddress), null);
        }
        tick();
        return target.code().call(this, LoadedProgram.slotOf(codeAddress), r1, r2, r3, r4, r5);
    }

    /** {@code bpf_throw}: leaves the whole run. */
    public RuntimeException raise(long cookie) {
        thrown = cookie;
        throw ProgramThrow.INSTANCE;
    }

    long afterThrow() {
        int callback = program().exceptionCallback();
        if (callback < 0) {
            return thrown;
        }
        frame = stack;
        depth = 0;
        level = 0;
        try {
            return program().code().call(this, callback, thrown, 0, 0, 0, 0);
        } catch (ProgramThrow _) {
            return thrown;
        }
    }

    /** Notes a ring-buffer record that the run has reserved: it is discarded if the run ends without committing it. */
    public void reserved(long payload) {
        if (openRecords == records.length) {
            records = java.util.Arrays.copyOf(records, 2 * openRecords);
        }
        records[openRecords++] = payload;
    }

    /** The run commits this record; false when it has reserved none there. */
    public boolean committed(long payload) {
        for (int i = openRecords - 1; i >= 0; i--) {
            if (records[i] == payload) {
                records[i] = records[--openRecords];
                return true;
            }
        }
        return false;
    }

    /** Takes a {@code bpf_spin_lock}; the run gives it back when it ends early. */
    public void lock(long lock) {
        if (lockResilient(lock) != 0) {
            throw new UnsupportedFault("lock must not be taken twice: address=0x" + Long.toHexString(lock));
        }
    }

    /** Takes a lock: 0, or -EDEADLK when this run holds it, -ETIMEDOUT when it holds too many. */
    public long lockResilient(long lock) {
        for (int i = 0; i < heldLocks; i++) {
            if (locks[i] == lock) {
                return -Errno.EDEADLK;
            }
        }
        if (heldLocks == locks.length) {
            return -Errno.ETIMEDOUT;
        }
        SpinLock.lock(memory, lock);
        locks[heldLocks++] = lock;
        return 0;
    }

    /** The run no longer holds this lock. */
    public void unlocked(long lock) {
        for (int i = heldLocks - 1; i >= 0; i--) {
            if (locks[i] == lock) {
                locks[i] = locks[--heldLocks];
                return;
            }
        }
    }

    /** What {@code bpf_get_retval} gives and {@code bpf_set_retval} sets. */
    public long returnValue() {
        return returnValue;
    }

    public void returnValue(long value) {
        returnValue = value;
    }

    /** What {@code bpf_get_attach_cookie} gives. */
    public long attachCookie() {
        return attachCookie;
    }

    public void attachCookie(long cookie) {
        attachCookie = cookie;
    }

    /** Number of arguments of the traced function. */
    public int argumentCount() {
        return argumentCount;
    }

    /**
     * Writes the arguments of a traced function to a block of the slab; returns its address, to run the program with.
     */
    public long arguments(long... values) {
        if (values.length > MAX_ARGUMENTS) {
            throw new IllegalArgumentException(
                    "arguments must be at most " + MAX_ARGUMENTS + ": count=" + values.length);
        }
        argumentCount = values.length;
        long block = scratch + SCRATCH_BYTES;
        for (int i = 0; i < values.length; i++) {
            SlabAccess.store64(memory, block + 8L * i, values[i]);
        }
        return block;
    }

    /** Where the program sends its packet. */
    public Redirect redirect() {
        return redirect;
    }

    /** Adds to the text of an iterator program's {@code seq_file}; false when it has grown too long. */
    public boolean sequence(byte[] bytes, int length) {
        if (sequence.size() + length > MAX_SEQUENCE) {
            return false;
        }
        sequence.write(bytes, 0, length);
        return true;
    }

    /** What the program wrote to its {@code seq_file} since the last call. */
    public byte[] takeSequence() {
        byte[] bytes = sequence.toByteArray();
        sequence.reset();
        return bytes;
    }

    /** Makes a program current again, when a function it called has made a tail call. */
    public void current(LoadedProgram caller) {
        current = caller.id();
    }

    /** A legacy packet load: the big-endian value, zero-extended, or -1 outside of the packet. */
    public long packetLoad(int offset, int size) {
        if (!(packet instanceof SkbBuffer skb)) {
            return -1;
        }
        if (!skb.loadRelative(offset, scratch, size)) {
            return -1;
        }
        return switch (size) {
            case 1 -> SlabAccess.load8(memory, scratch);
            case 2 -> Short.reverseBytes((short) SlabAccess.load16(memory, scratch)) & 0xffff;
            default -> Integer.reverseBytes((int) SlabAccess.load32(memory, scratch)) & 0xffff_ffffL;
        };
    }

    /**
     * Faults unless [address, address + bytes) lies in one region that is alive: a frame in use, the packet, its
     * context, a map's value, an allocated object. For machines that check every access.
     */
    public void checkAccess(long address, int bytes, boolean write) {
        long end = address + bytes;
        boolean own = address >= stack && end <= frame
                || address >= scratch && end <= scratch + SCRATCH_BYTES + 8L * argumentCount
                || packet != null && packet.owns(address, bytes);
        if (own) {
            return;
        }
        long[] block = slab().contains(address, bytes) ? slab().blockAt(address) : null;
        if (block == null || end > block[0] + block[1]) {
            throw MemoryFault.at(address, bytes);
        }
        BpfMap map = machine.ownerOf(block[0]);
        boolean readOnly = map != null && (map.spec().flags() & MapSpec.F_RDONLY_PROG) != 0;
        boolean element = map == null || map.ownsValue(address, bytes) || !write && map.ownsKey(address, bytes);
        if (!element || write && readOnly) {
            throw MemoryFault.at(address, bytes);
        }
    }

    /** Frees the stack, which the machine's own account pays for. */
    @Override
    public void close() {
        if (view != null) {
            view.close();
        }
        machine.slab().free(stack);
        machine.account().uncharge(STACK_BYTES);
    }
}
