package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.skep.kernel.program.UnverifiedProgram;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.ProgramCode;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * A loaded program to JVM bytecode: one hidden class, a static method per subprogram.
 *
 * <ol>
 *   <li>{@link Flow} finds what is reached, with the verifier's facts.
 *   <li>A subprogram that becomes less than 8,000 bytes is one method; a larger one is cut by {@link Chunks}, since
 *       HotSpot compiles no larger method.
 *   <li>{@link MethodEmitter} writes each method; registers are locals, the slab and the maps static final constants.
 *   <li>The class is defined hidden, so that it goes when the program goes.
 * </ol>
 *
 * <p><em>Errors</em>: {@link #install} returns false, and says so in an event, when a program is beyond it; the
 * interpreter goes on.
 */
public final class Jit {
    /** HotSpot's limit on what it compiles. */
    static final int HUGE_METHOD = 8_000;

    /**
     * A function is one method up to this estimate: HotSpot's first compiler gives up on much larger ones, and they
     * start slowly.
     */
    private static final int WHOLE_LIMIT = 4_500;

    /** What is larger is cut into methods of about this, which compile fast. */
    private static final int CHUNK_LIMIT = 4_500;

    /** More than these would make the method that calls them too large. */
    private static final int MAX_CHUNKS = 250;

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    static final MethodTypeDesc MAIN = MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_long, CD_long);
    private static final MethodTypeDesc SUBPROGRAM =
            MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);

    private Jit() {}

    /** Compiles a program and makes it run compiled from now on; false when it stays with the interpreter. */
    public static boolean install(LoadedProgram program) {
        return install(program, JitOptions.DEFAULT);
    }

    /** As {@link #install(LoadedProgram)}, with choices made by hand. */
    public static boolean install(LoadedProgram program, JitOptions options) {
        long start = System.nanoTime();
        try {
            program.install(compile(program, options));
            return true;
        } catch (RuntimeException | LinkageError e) {
            Fallback.report(program.name(), e.toString(), System.nanoTime() - start);
            return false;
        }
    }

    /** Compiles a program. An unverified one counts its backward jumps, since nothing says that it ends. */
    public static ProgramCode compile(LoadedProgram program) {
        return compile(program, JitOptions.DEFAULT);
    }

    /** As {@link #compile(LoadedProgram)}, with choices made by hand. */
    public static ProgramCode compile(LoadedProgram program, JitOptions options) {
        return generate(program, program.executable() instanceof UnverifiedProgram, options);
    }

    static CompiledProgram generate(LoadedProgram program, boolean ticking, JitOptions options) {
        ClassConstants constants = new ClassConstants(program.machine().slab().memory());
        byte[] bytes = classFile(program, ticking, constants, options);
        try {
            MethodHandles.Lookup defined = LOOKUP.defineHiddenClassWithClassData(bytes, constants.data(), true);
            CompiledProgram instance = (CompiledProgram)
                    defined.findConstructor(defined.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
                            .invoke();
            return instance.bind(program, ticking, options);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("generated class must load: program=" + program.name(), e);
        }
    }

    /** The class file of a program, for tests and for reading. */
    public static byte[] classFile(LoadedProgram program) {
        return classFile(
                program, false, new ClassConstants(program.machine().slab().memory()), JitOptions.DEFAULT);
    }

    private static byte[] classFile(
            LoadedProgram program, boolean ticking, ClassConstants constants, JitOptions options) {
        Flow flow = Flow.of(program.spec().code(), program.executable().facts(), program.exceptionCallback());
        ClassDesc owner = ClassDesc.of("dev.skep.jit.Generated");
        Unit unit = new Unit(program, flow, owner, constants, ticking, options);
        return ClassFile.of().build(owner, c -> {
            c.withSuperclass(Names.COMPILED);
            c.withFlags(ClassFile.ACC_FINAL);
            c.withMethodBody(
                    ConstantDescs.INIT_NAME,
                    MethodTypeDesc.of(CD_void),
                    0,
                    b -> b.aload(0)
                            .invokespecial(Names.COMPILED, ConstantDescs.INIT_NAME, MethodTypeDesc.of(CD_void))
                            .return_());
            for (int entry : flow.entries) {
                if (flow.reached.get(entry)) {
                    subprogram(c, unit, entry);
                }
            }
            entryPoints(c, flow, owner);
            constants.declare(c, owner);
        });
    }

    private static void subprogram(ClassBuilder c, Unit unit, int entry) {
        int end = unit.flow().end(entry);
        StackLocals stack =
                unit.does(Optimisation.STACK_LOCALS) ? StackLocals.of(unit.flow(), entry, end) : StackLocals.NONE;
        int bytes = Chunks.bytes(unit.flow(), entry, end);
        int first = bytes <= WHOLE_LIMIT ? WHOLE_LIMIT : Math.max(CHUNK_LIMIT, bytes / MAX_CHUNKS);
        for (int limit = first; limit > 200; limit /= 2) {
            Draft draft = new Draft(unit, stack, entry, end, Chunks.of(unit.flow(), entry, end, limit));
            if (draft.fits()) {
                draft.write(c);
                return;
            }
        }
        throw new IllegalArgumentException("subprogram must split into methods that fit: entry=" + entry);
    }

    private static void entryPoints(ClassBuilder c, Flow flow, ClassDesc owner) {
        c.withMethodBody("main", MAIN, 0, b -> {
            b.aload(1).lload(2);
            b.loadConstant(0L).loadConstant(0L).loadConstant(0L).loadConstant(0L);
            b.lload(4);
            b.invokestatic(owner, MethodEmitter.name(0), Names.SUBPROGRAM).lreturn();
        });
        c.withMethodBody("subprogram", SUBPROGRAM, 0, b -> {
            List<SwitchCase> cases = new ArrayList<>();
            for (int entry : flow.entries) {
                if (flow.reached.get(entry)) {
                    cases.add(SwitchCase.of(entry, b.newLabel()));
                }
            }
            var none = b.newLabel();
            b.iload(2).lookupswitch(none, cases);
            for (SwitchCase one : cases) {
                b.labelBinding(one.target());
                b.aload(1).lload(3).lload(5).lload(7).lload(9).lload(11).lload(13);
                b.invokestatic(owner, MethodEmitter.name(one.caseValue()), Names.SUBPROGRAM)
                        .lreturn();
            }
            b.labelBinding(none);
            b.iload(2);
            b.invokestatic(Names.COMPILED, "undefined", MethodTypeDesc.of(Names.of(RuntimeException.class), CD_int));
            b.athrow();
        });
    }

    /** One way to cut a subprogram; measured before it is written. */
    private record Draft(Unit unit, StackLocals stack, int entry, int end, List<Chunks.Chunk> chunks) {
        boolean fits() {
            byte[] trial = ClassFile.of().build(unit.owner(), this::write);
            return ClassFile.of().parse(trial).methods().stream()
                    .allMatch(m -> m.code()
                            .map(k -> ((CodeAttribute) k).codeLength() < HUGE_METHOD)
                            .orElse(true));
        }

        void write(ClassBuilder c) {
            String name = MethodEmitter.name(entry);
            if (chunks.size() == 1) {
                c.withMethodBody(
                        name,
                        Names.SUBPROGRAM,
                        ClassFile.ACC_STATIC,
                        b -> MethodEmitter.whole(new Emission(b, unit, stack, entry, end, null)));
                return;
            }
            Seams seams = new Seams(unit, stack, entry, end, chunks);
            c.withMethodBody(
                    name,
                    Names.SUBPROGRAM,
                    ClassFile.ACC_STATIC,
                    b -> ChunkFrame.dispatch(b, unit.owner(), entry, chunks));
            for (int i = 0; i < chunks.size(); i++) {
                Chunks.Chunk chunk = chunks.get(i);
                c.withMethodBody(
                        name + "_" + i,
                        Names.CHUNK,
                        ClassFile.ACC_STATIC,
                        b -> ChunkFrame.chunk(new Emission(b, unit, stack, chunk.start(), chunk.end(), seams)));
            }
        }
    }
}
