package dev.skep.verifier.explore;

import dev.skep.kernel.DynptrType;
import dev.skep.verifier.access.StructOpsStub;
import dev.skep.verifier.call.GlobalArgs;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * What is known when a function begins: the context for the main program, what the prototype promises for global
 * functions.
 */
final class EntryState {
    private EntryState() {}

    /** The main program: R1 is the context. */
    static VerifierState main(Walk walk) {
        VerifierState state = begin(walk, walk.layout.subprogram(0));
        state.frame().regs[1] = RegState.pointer(new RegType.Ctx(0));
        int owned = StructOpsStub.references(walk.kernel, walk.program);
        for (int i = 0; i < 32; i++) {
            if ((owned >>> i & 1) != 0) {
                Reference argument = new Reference(Reference.Kind.POINTER, walk.nextId(), 0, null, 0);
                state.references.add(argument);
                walk.argumentReferences.put(i, argument.id());
            }
        }
        return state;
    }

    /** A main program that is called with a block of memory and its length instead of a context; no bytes: R1 is 0. */
    static VerifierState withMemory(Walk walk, int bytes) {
        VerifierState state = begin(walk, walk.layout.subprogram(0));
        state.frame().regs[1] = bytes == 0 ? RegState.ZERO : RegState.pointer(new RegType.Mem(0, bytes, 0));
        state.frame().regs[2] = RegState.constant(bytes);
        return state;
    }

    /** A function that is verified on its own, with every argument that its prototype allows. */
    static VerifierState function(Walk walk, Subprogram function) {
        VerifierState state = begin(walk, function);
        GlobalArgs prototype = GlobalArgs.of(walk, function);
        if (!prototype.ok()) {
            throw Reject.at(function.start(), prototype.errno(), prototype.problem());
        }
        List<GlobalArgs.Arg> args = prototype.args();
        if (function.isExceptionCallback()) {
            state.frame().inExceptionCallback = true;
            if (args.size() != 1 || !(args.getFirst() instanceof GlobalArgs.Arg.Scalar)) {
                throw Reject.at(function.start(), Reject.EINVAL, "exception cb only supports single integer argument");
            }
        }
        for (int i = 0; i < args.size(); i++) {
            state.frame().regs[i + 1] = argument(walk, args.get(i));
        }
        return state;
    }

    private static VerifierState begin(Walk walk, Subprogram function) {
        VerifierState state = new VerifierState();
        state.frames.add(new Frame(0, -1, function.index()));
        state.sleepable = walk.program.sleepable();
        state.insn = function.start();
        return state;
    }

    private static RegState argument(Walk walk, GlobalArgs.Arg arg) {
        return switch (arg) {
            case GlobalArgs.Arg.Scalar _, GlobalArgs.Arg.ArenaAddress _ -> RegState.UNKNOWN;
            case GlobalArgs.Arg.Context _ -> RegState.pointer(new RegType.Ctx(0));
            case GlobalArgs.Arg.ConstDynptr _ ->
                RegState.pointer(new RegType.DynptrPtr(0, DynptrType.LOCAL, 0)).withId(walk.nextId());
            case GlobalArgs.Arg.Memory m -> {
                int flags = m.nullable() ? PtrFlags.MAYBE_NULL : 0;
                yield RegState.pointer(
                        new RegType.Mem(flags, (int) m.size(), 0), 0, m.nullable() ? walk.nextId() : 0, 0);
            }
            case GlobalArgs.Arg.UntrustedMemory _ ->
                RegState.pointer(new RegType.Mem(PtrFlags.RDONLY | PtrFlags.UNTRUSTED, 0, 0));
            case GlobalArgs.Arg.KernelObject k -> {
                int flags = (k.nullable() ? PtrFlags.MAYBE_NULL : 0)
                        | (k.trusted() ? PtrFlags.TRUSTED : PtrFlags.UNTRUSTED);
                yield RegState.pointer(new RegType.BtfPtr(flags, walk.kernel.btf(), k.typeId()), 0, walk.nextId(), 0);
            }
        };
    }
}
