package dev.skep.runtime;

import dev.skep.kernel.program.ExecutableProgram;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.runtime.helper.HelperEntry;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.helper.HelperTable;
import dev.skep.runtime.interp.Interpreter;
import dev.skep.runtime.kfunc.CpumaskKfuncs;
import dev.skep.runtime.kfunc.IntResults;
import dev.skep.runtime.kfunc.KfuncTable;
import dev.skep.runtime.kfunc.ObjectType;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.packet.PacketBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program in a machine: its maps bound, its constants known, an engine to run it. Shared by all threads.
 *
 * <p><em>Shape</em>: a pointer to one of its subprograms is {@code CODE | id << 20 | slot}, which no memory address can
 * be.
 */
public final class LoadedProgram {
    private static final long CODE = 1L << 60;
    private static final int SLOT_BITS = 20;
    /** Stands for the kernel's struct among the program's own, whose ids are positive. */
    private static final int CPUMASK = 0;

    private final Machine machine;
    private final ExecutableProgram executable;
    private final List<BpfMap> maps;
    private final MemoryAccount account;
    private final int exceptionCallback;
    private final ArenaMap arena;
    private final long sizeMask;
    private final Map<Integer, Integer> objectTypes = new java.util.concurrent.ConcurrentHashMap<>();
    private int id;
    private volatile Interpreter interpreter;
    private volatile ProgramCode code;

    LoadedProgram(Machine machine, ExecutableProgram executable, Map<MapSpec, BpfMap> mapsOf, MemoryAccount account) {
        this.machine = machine;
        this.executable = executable;
        this.account = account;
        List<BpfMap> bound = new ArrayList<>();
        for (MapSpec spec : executable.spec().maps()) {
            BpfMap map = mapsOf.get(spec);
            if (map == null) {
                throw new IllegalArgumentException(
                        "program " + executable.spec().name() + ": every map must be given: map=" + spec.name());
            }
            bound.add(map);
        }
        this.maps = List.copyOf(bound);
        this.arena = (ArenaMap)
                bound.stream().filter(m -> m instanceof ArenaMap).findFirst().orElse(null);
        this.exceptionCallback = findExceptionCallback(executable.spec());
        this.sizeMask = executable.facts().hasWideDynptrs() ? -1 : 0xffff_ffffL;
    }

    void assignId(int newId) {
        id = newId;
    }

    public int id() {
        return id;
    }

    public Machine machine() {
        return machine;
    }

    public ExecutableProgram executable() {
        return executable;
    }

    public ProgramSpec spec() {
        return executable.spec();
    }

    public String name() {
        return executable.spec().name();
    }

    /** The maps of this machine, in the order of the spec's. */
    public List<BpfMap> maps() {
        return maps;
    }

    /** The arena that the program uses, or null; Linux allows one. */
    public ArenaMap arena() {
        return arena;
    }

    /** Pays for what the program allocates while it runs. */
    public MemoryAccount account() {
        return account;
    }

    /** The bits that count of a size or offset of a dynptr: 32 in Linux 6.18, all since 6.19. */
    public long sizeMask() {
        return sizeMask;
    }

    /** The interpreter's form, made on first use. */
    public Interpreter interpreter() {
        Interpreter now = interpreter;
        if (now == null) {
            synchronized (this) {
                now = interpreter;
                if (now == null) {
                    now = Interpreter.of(this);
                    interpreter = now;
                }
            }
        }
        return now;
    }

    /** What runs it now: the interpreter unless {@link #install} was called. */
    public ProgramCode code() {
        ProgramCode now = code;
        return now != null ? now : interpreter();
    }

    /** Puts generated code in the interpreter's place; runs under way finish where they are. */
    public void install(ProgramCode generated) {
        code = generated;
    }

    /**
     * Runs the program once.
     *
     * @param context address that R1 starts with
     * @return R0
     * @throws ProgramFault when the run could not go on
     */
    public long run(RunContext cx, long context) {
        cx.packet(null);
        return begin(cx, context);
    }

    private long begin(RunContext cx, long context) {
        cx.begin(this);
        try {
            return code().run(cx, context);
        } catch (ProgramThrow _) {
            return cx.afterThrow();
        } finally {
            cx.end();
        }
    }

    /** Runs the program once on a packet: R1 is the packet's context. */
    public long run(RunContext cx, PacketBuffer packet) {
        cx.packet(packet);
        return begin(cx, packet.context());
    }

    /** Runs one of its subprograms by itself, as a timer or work queue does. */
    public long runSubprogram(RunContext cx, int entry, long r1, long r2, long r3) {
        cx.begin(this);
        try {
            return code().call(cx, entry, r1, r2, r3, 0, 0);
        } catch (ProgramThrow _) {
            return cx.afterThrow();
        } finally {
            cx.end();
        }
    }

    /** Slot of the exception callback, -1 if the program has none. */
    public int exceptionCallback() {
        return exceptionCallback;
    }

    /** The 64-bit value that the two-slot load at this slot yields, maps and subprograms resolved. */
    public long constant(int insn) {
        if (!(spec().code().at(insn) instanceof Instruction.LoadImm64 load)) {
            throw new IllegalArgumentException("instruction must be a 64-bit load: insn=" + insn);
        }
        return switch (load.pseudo()) {
            case Pseudo.MAP_FD, Pseudo.MAP_IDX -> {
                BpfMap map = mapOf(load);
                yield map == null ? 0 : map.address();
            }
            case Pseudo.MAP_VALUE, Pseudo.MAP_IDX_VALUE -> valueAddress(mapOf(load), load.nextImm());
            case Pseudo.BTF_ID -> machine.kernelVariable(load.imm());
            case Pseudo.FUNC -> codeAddress(insn + 1 + load.imm());
            default -> load.value();
        };
    }

    private BpfMap mapOf(Instruction.LoadImm64 load) {
        return load.imm() >= 0 && load.imm() < maps.size() ? maps.get(load.imm()) : null;
    }

    private static long valueAddress(BpfMap map, int offset) {
        return switch (map) {
            case ArrayMap a -> a.base() + Integer.toUnsignedLong(offset);
            case ArenaMap a -> a.base() + Integer.toUnsignedLong(offset);
            case null, default -> 0;
        };
    }

    /** Number in the machine's {@link Machine#objects} of a struct of the program's own types. */
    public int objectType(int structId) {
        return objectTypes.computeIfAbsent(structId, id -> {
            long size = spec().btf().sizeOf(id);
            if (size <= 0) {
                throw new UnsupportedFault("allocated type must be a struct of the program: type=" + id);
            }
            return machine.objects()
                    .register(
                            new ObjectType((int) size, machine.options().types().of(spec().btf(), id), account));
        });
    }

    /** Number of the type of {@code struct bpf_cpumask} in the machine's objects, this program's account paying. */
    public int cpumaskType() {
        return objectTypes.computeIfAbsent(CPUMASK, _ -> machine.objects().register(CpumaskKfuncs.type(account)));
    }

    /** What a program holds as the address of its subprogram at this slot. */
    public long codeAddress(int slot) {
        return CODE | (long) id << SLOT_BITS | slot;
    }

    /** Id of the program that a code address belongs to; 0 when it is no code address. */
    public static int programOf(long codeAddress) {
        return codeAddress >>> 60 == 1 ? (int) (codeAddress >>> SLOT_BITS) : 0;
    }

    /** Slot that a code address names. */
    public static int slotOf(long codeAddress) {
        return (int) codeAddress & (1 << SLOT_BITS) - 1;
    }

    /** The entry of the helper or kernel function called at this slot; null when this runtime has none. */
    public HelperEntry callee(int insn) {
        if (!(spec().code().at(insn) instanceof Instruction.Call call)) {
            throw new IllegalArgumentException("instruction must be a call: insn=" + insn);
        }
        return switch (call.kind()) {
            case HELPER ->
                executable.facts().makesReadOnly(insn) ? HelperTable.readOnlyFromMem() : HelperTable.helper(call.imm());
            case KFUNC -> KfuncTable.kfunc(spec().kfuncs().getOrDefault(call.imm(), ""));
            default -> null;
        };
    }

    /** True when the call at this slot leaves 32 bits in R0, and zeroes above. */
    public boolean yieldsInt(int insn) {
        return spec().code().at(insn) instanceof Instruction.Call call
                && call.kind() == Instruction.Call.Kind.KFUNC
                && IntResults.contains(spec().kfuncs().getOrDefault(call.imm(), ""));
    }

    /** What the call at this slot runs; a function that faults when this runtime has none. */
    public HelperFunction function(int insn) {
        HelperEntry entry = callee(insn);
        if (entry != null) {
            HelperFunction function = entry.function();
            return yieldsInt(insn)
                    ? (cx, r1, r2, r3, r4, r5) -> function.call(cx, r1, r2, r3, r4, r5) & 0xffff_ffffL
                    : function;
        }
        Instruction.Call call = (Instruction.Call) spec().code().at(insn);
        String what = switch (call.kind()) {
            case KFUNC -> "kernel function " + spec().kfuncs().getOrDefault(call.imm(), "#" + call.imm());
            default -> "helper #" + call.imm();
        };
        return (_, _, _, _, _, _) -> {
            throw new UnsupportedFault("call must be supported by this runtime: " + what);
        };
    }

    private static int findExceptionCallback(ProgramSpec spec) {
        String prefix = "exception_callback:";
        for (FuncInfo main : spec.functions()) {
            if (main.insnIndex() != 0) {
                continue;
            }
            for (BtfType.DeclTag tag : spec.btf().declTags(main.typeId())) {
                if (tag.name().startsWith(prefix)) {
                    return slotOfFunction(spec, tag.name().substring(prefix.length()));
                }
            }
        }
        return -1;
    }

    private static int slotOfFunction(ProgramSpec spec, String name) {
        for (FuncInfo f : spec.functions()) {
            BtfType type = spec.btf().type(f.typeId());
            if (type != null && type.name().equals(name)) {
                return f.insnIndex();
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "program " + name();
    }
}
