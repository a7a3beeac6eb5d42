package dev.skep.benchmarks;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.Skep;
import dev.skep.XdpProgram;
import dev.skep.kernel.KernelModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a second thread brings: the same program with the same maps, one runner and then two at once, on programs that
 * write nothing both use. Turns of one and of two alternate; the median of the rounds counts. Wall-clock time:
 * meaningless on a machine that does other things.
 */
final class Scaling {
    private static final long TURN_NANOS = 400_000_000L;
    private static final int BATCH = 200;

    private Scaling() {}

    static void print(Path programs, int rounds, String only) throws Exception {
        System.out.println(
                "| million runs per second | one thread | two threads | times |\n| --- | ---: | ---: | ---: |");
        for (Bench bench : Bench.all()) {
            if (bench.map().isEmpty()
                    && !bench.label().equals("lru")
                    && !bench.label().equals("array_counter")
                    && bench.label().startsWith(only)) {
                row(bench, programs, rounds);
            }
        }
    }

    private static void row(Bench bench, Path programs, int rounds) throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(
                        programs.resolve(bench.object() + ".bpf.o"),
                        o -> o.engine(Engine.JIT).kernel(KernelModels.running()))) {
            XdpProgram program = object.xdp(bench.object());
            for (int i = 0; i < 5; i++) {
                turn(program, bench, 1);
            }
            double[] one = new double[rounds];
            double[] two = new double[rounds];
            for (int r = 0; r < rounds; r++) {
                one[r] = turn(program, bench, 1);
                two[r] = turn(program, bench, 2);
            }
            double a = median(one);
            double b = median(two);
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.2f |%n", bench.label(), a / 1e6, b / 1e6, b / a);
        }
    }

    /** Runs per second of so many threads. */
    private static double turn(XdpProgram program, Bench bench, int count) throws InterruptedException {
        AtomicLong runs = new AtomicLong();
        CountDownLatch ready = new CountDownLatch(count);
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            threads[i] = new Thread(() -> runs.addAndGet(work(program, bench, ready)));
            threads[i].start();
        }
        for (Thread t : threads) {
            t.join();
        }
        return runs.get() / (TURN_NANOS / 1e9);
    }

    private static long work(XdpProgram program, Bench bench, CountDownLatch ready) {
        try (XdpProgram.Runner runner = program.runner()) {
            runner.packet().load(bench.packet());
            ready.countDown();
            ready.await();
            long end = System.nanoTime() + TURN_NANOS;
            long done = 0;
            while (System.nanoTime() - end < 0) {
                for (int i = 0; i < BATCH; i++) {
                    runner.run();
                }
                done += BATCH;
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
