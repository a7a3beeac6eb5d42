package dev.skep.conformance.claim;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import java.util.List;

/**
 * Compares one register of a run with what is claimed of it: a number with its ranges and bits, a pointer with the
 * place of the object that it is said to point to and the offset in it. A pointer that is about to be used must also
 * have the whole access in that object.
 *
 * <p>Kernel objects, sockets and arenas have no place of their own in a run; of them only NULL is checked.
 */
final class RegisterCheck {
    private static final int FRAME = RunContext.FRAME_BYTES;
    private static final long MAX_CANDIDATES = 4096;
    private static final int PLACELESS = PtrFlags.UNTRUSTED | PtrFlags.USER | PtrFlags.PERCPU;

    private final List<BpfMap> maps;
    private RunContext cx;
    private LoadedProgram program;
    private long context;
    private int contextBytes;
    /** The kernel's objects are made up: any of them may be NULL. */
    private boolean madeUp;
    /** Ends of the stack frames that the run is in, outermost first. */
    private long[] frames;

    private int depth;
    private int claimedFrame;
    /** The access that the pointer under test is used for; no bytes: none. */
    private long address;

    private int bytes;

    /** @param maps all maps of the machine */
    RegisterCheck(List<BpfMap> maps) {
        this.maps = maps;
    }

    /**
     * A new run begins, with this context.
     *
     * @param kernelObjectsMadeUp true when what the context points to is not as the kernel would make it
     */
    void begin(long newContext, int newContextBytes, boolean kernelObjectsMadeUp) {
        madeUp = kernelObjectsMadeUp;
        context = newContext;
        contextBytes = newContextBytes;
    }

    /**
     * Where the run is.
     *
     * @param newFrames ends of its stack frames, outermost first
     * @param newDepth how many there are
     * @param newFrame number of the innermost one in the claim, where global functions and late callbacks are outermost
     */
    void at(RunContext newCx, LoadedProgram newProgram, long[] newFrames, int newDepth, int newFrame) {
        cx = newCx;
        program = newProgram;
        frames = newFrames;
        depth = newDepth;
        claimedFrame = newFrame;
    }

    /** True when {@code value} is what {@code claim} says. */
    boolean holds(RegState claim, long value, boolean numbers) {
        bytes = 0;
        return fits(claim, value, numbers);
    }

    /** The same for the base of an access, all of which must lie in the object pointed to. */
    boolean holdsForAccess(RegState claim, long value, long at, int size, boolean numbers) {
        address = at;
        bytes = size;
        return fits(claim, value, numbers);
    }

    private boolean fits(RegState claim, long value, boolean numbers) {
        if (value == 0 && claim.type instanceof RegType.Pointer p && mayBeNull(p)) {
            return true;
        }
        long rest = value - claim.off;
        return switch (claim.type) {
            case RegType.NotInit _ -> true;
            case RegType.Scalar _ -> !numbers || claim.var.contains(value);
            case RegType.Ctx _ -> within(claim.var, rest, context, context, context + contextBytes);
            case RegType.Stack s -> {
                int number = depth - 1 - claimedFrame + s.frame();
                long base = number < 0 ? 0 : frames[number];
                yield within(claim.var, rest, base, base - FRAME, base);
            }
            case RegType.MapPtr m -> isMap(claim.var, rest, m);
            case RegType.MapValue m
            when m.map().inner() != null ->
                isMap(claim.var, rest, new RegType.MapPtr(0, m.map().inner(), m.uid()));
            case RegType.MapValue m -> isValue(claim.var, rest, m.map());
            case RegType.Packet p -> {
                PacketBuffer packet = cx.packet();
                yield within(claim.var, rest, packet.data(), packet.data(), packet.dataEnd())
                        && (p.range() <= 0 || rest + p.range() <= packet.dataEnd());
            }
            case RegType.PacketMeta p -> {
                PacketBuffer packet = cx.packet();
                yield within(claim.var, rest, packet.meta(), packet.meta(), packet.data())
                        && (p.range() <= 0 || rest + p.range() <= packet.data());
            }
            case RegType.PacketEnd _ -> claim.var.contains(rest - cx.packet().dataEnd());
            case RegType.Mem m -> isMemory(claim.var, rest, m);
            case RegType.BtfPtr b ->
                value != 0 && (!b.has(PtrFlags.ALLOC) || b.has(PLACELESS) || isObject(claim.var, rest, b));
            case RegType.Func _ -> LoadedProgram.programOf(value) == program.id();
            case RegType.MapKey _,
                    RegType.FlowKeys _,
                    RegType.Socket _,
                    RegType.SockCommon _,
                    RegType.TcpSock _,
                    RegType.XdpSock _,
                    RegType.TpBuffer _,
                    RegType.Buf _,
                    RegType.DynptrPtr _ -> value != 0;
            case RegType.Arena _ -> true;
        };
    }

    private boolean mayBeNull(RegType.Pointer p) {
        boolean unproved = p instanceof RegType.BtfPtr && (madeUp || !p.has(PtrFlags.ALLOC | PtrFlags.TRUSTED));
        return p.maybeNull() || unproved || p.has(PLACELESS);
    }

    /**
     * The distance from {@code base} is as claimed, and the access, if any, stays within {@code start} to {@code end}.
     */
    private boolean within(ScalarValue distance, long rest, long base, long start, long end) {
        return distance.contains(rest - base) && (bytes == 0 || address >= start && address + bytes <= end);
    }

    private boolean isMap(ScalarValue distance, long rest, RegType.MapPtr claimed) {
        for (BpfMap map : maps) {
            if (stands(map, claimed.map()) && distance.contains(rest - map.address())) {
                return true;
            }
        }
        return false;
    }

    /** A map that the program names is that very map; the template of inner maps stands for all like it. */
    private boolean stands(BpfMap map, MapSpec claimed) {
        List<MapSpec> own = program.spec().maps();
        for (int i = 0; i < own.size(); i++) {
            if (own.get(i) == claimed) {
                return program.maps().get(i) == map;
            }
        }
        return map.spec().typeId() == claimed.typeId() && map.valueSize() == claimed.valueSize();
    }

    private boolean isValue(ScalarValue distance, long rest, MapSpec claimed) {
        long lowest = rest - distance.smax;
        long highest = rest - distance.smin;
        if (distance.isConst()) {
            lowest = highest = rest - distance.constValue();
        } else if (lowest > highest || highest - lowest > 8 * MAX_CANDIDATES) {
            return true;
        }
        for (BpfMap map : maps) {
            if (!stands(map, claimed)) {
                continue;
            }
            for (long base = distance.isConst() ? lowest : lowest + 7 & -8; base <= highest; base += 8) {
                if (distance.contains(rest - base)
                        && map.ownsValue(base, map.valueSize())
                        && (bytes == 0 || address >= base && address + bytes <= base + map.valueSize())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isMemory(ScalarValue distance, long rest, RegType.Mem m) {
        if (!distance.isConst() || m.size() <= 0 || m.has(PLACELESS)) {
            return rest != 0;
        }
        long base = rest - distance.constValue();
        return isAlive(base, m.size()) && (bytes == 0 || address >= base && address + bytes <= base + m.size());
    }

    private boolean isObject(ScalarValue distance, long rest, RegType.BtfPtr b) {
        return !distance.isConst() || isAlive(rest - distance.constValue(), 1);
    }

    private boolean isAlive(long base, int size) {
        try {
            cx.checkAccess(base, size, false);
            return true;
        } catch (MemoryFault _) {
            return false;
        }
    }
}
