package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.util.Set;

/** One program to judge: link, ask, compare. */
record Task(Row row, ObjectSpec object, UnlinkedProgram program, Baseline baseline) {
    /** The task as the runner takes it. */
    Runner.Job job(Judge judge, RunOptions options) {
        return new Runner.Job() {
            @Override
            public Comparison run() {
                return compare(judge, options);
            }

            @Override
            public Comparison failed(Judgement judgement) {
                return comparison(judgement, Set.of(), 0, 0, Comparison.Log.UNKNOWN, 0);
            }
        };
    }

    private Comparison compare(Judge judge, RunOptions options) {
        ProgramSpec spec;
        try {
            spec = ObjectPipeline.link(object, program);
        } catch (ObjectFormatException e) {
            return comparison(
                    Judgement.unsupported("link: " + e.getMessage()), Set.of(), 0, 0, Comparison.Log.UNKNOWN, 0);
        }
        Set<String> features = Features.of(spec);
        if (!options.feature().isEmpty() && !features.contains(options.feature())) {
            return null;
        }
        Judgement plain = judge.judge(spec, 1);
        long linuxNanos = baseline.nanos(row);
        if (options.repeat() > 0) {
            plain = plain.withNanos(Timing.best(judge, spec, options.repeat()));
            linuxNanos = options.live() ? Timing.best(Judges.named("linux"), spec, options.repeat()) : linuxNanos;
        }
        Comparison.Log log = options.logs() ? log(judge, spec) : Comparison.Log.UNKNOWN;
        Baseline.Annotated expected = baseline.annotated(row);
        Annotations annotations = Annotations.of(object.btf(), program.name());
        if (!options.annotations() || !annotations.expectsMessages() || expected == null || !expected.met()) {
            return comparison(plain, features, 0, 0, log, linuxNanos);
        }
        Judgement annotated = annotations.logLevel() == 1 && annotations.flags() == 0
                ? plain
                : judge.judge(spec.withFlags(spec.flags() | annotations.flags()), annotations.logLevel());
        return comparison(
                plain, features, annotations.messages().size(), annotations.matched(annotated.log()), log, linuxNanos);
    }

    private Comparison.Log log(Judge judge, ProgramSpec spec) {
        String recorded = baseline.log(row);
        if (recorded == null) {
            return Comparison.Log.UNKNOWN;
        }
        String own = Judgement.fingerprint(judge.judge(spec, 2).log());
        return recorded.equals(own) ? Comparison.Log.SAME : Comparison.Log.DIFFERENT;
    }

    private Comparison comparison(
            Judgement judgement, Set<String> features, int expectations, int met, Comparison.Log log, long linuxNanos) {
        return new Comparison(row, judgement, expectations, met, log, features, linuxNanos);
    }
}
