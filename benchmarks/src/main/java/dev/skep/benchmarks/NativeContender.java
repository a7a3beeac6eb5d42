package dev.skep.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The same C, compiled for this processor and loaded into this process. */
final class NativeContender implements Contender {
    private final Arena arena = Arena.ofConfined();
    private final MethodHandle run;
    private final MemorySegment packet;

    NativeContender(Bench bench, Path library) throws Throwable {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
        Linker linker = Linker.nativeLinker();
        run = linker.downcallHandle(
                symbols.findOrThrow("bench_run"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        packet = arena.allocate(bench.packet().length, 64);
        packet.copyFrom(MemorySegment.ofArray(bench.packet()));
        if (!bench.entries().isEmpty()) {
            int keySize = bench.entries().getFirst().key().length;
            MemorySegment keys = arena.allocate((long) keySize * bench.entries().size(), 8);
            long at = 0;
            for (Bench.Entry e : bench.entries()) {
                MemorySegment.copy(e.key(), 0, keys, ValueLayout.JAVA_BYTE, at, keySize);
                at += keySize;
            }
            linker.downcallHandle(
                            symbols.findOrThrow("bench_fill"),
                            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                    .invoke(keys, (long) bench.entries().size());
        }
    }

    private long call(long times) {
        try {
            return (long) run.invoke(packet, packet.byteSize(), times);
        } catch (Throwable e) {
            throw new IllegalStateException("native program must run", e);
        }
    }

    @Override
    public double time(int times) {
        return Contender.perRun(times, () -> call(times));
    }

    @Override
    public long once() {
        return call(1);
    }

    @Override
    public void close() {
        arena.close();
    }
}
