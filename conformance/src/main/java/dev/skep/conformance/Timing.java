package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ProgramSpec;
import java.util.List;

/**
 * How long judges take: without a log, the best of some judgements, after each program has been judged once to warm the
 * JVM up.
 */
final class Timing {
    /** The log level of statistics alone: Linux tells its time in them. */
    private static final int STATISTICS = 4;

    private Timing() {}

    /** The shortest time of so many judgements, in nanoseconds. */
    static long best(Judge judge, ProgramSpec program, int times) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            best = Math.min(best, judge.judge(program, STATISTICS).nanos());
        }
        return best;
    }

    /** Jobs that judge each program once and compare nothing. */
    static List<Runner.Job> warmUp(List<Task> tasks, Judge judge) {
        return tasks.stream()
                .<Runner.Job>map(t -> new Runner.Job() {
                    @Override
                    public Comparison run() throws ObjectFormatException {
                        judge.judge(ObjectPipeline.link(t.object(), t.program()), STATISTICS);
                        return null;
                    }

                    @Override
                    public Comparison failed(Judgement judgement) {
                        return null;
                    }
                })
                .toList();
    }
}
