package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import dev.skep.object.ObjectFormatException;
import java.util.ArrayList;
import java.util.List;

/** Takes the running kernel's verdicts in place of the recorded ones. */
final class Live {
    private Live() {}

    static List<Task> rejudge(List<Task> tasks) {
        Judge linux = Judges.named("linux");
        List<Task> live = new ArrayList<>();
        for (Task t : tasks) {
            live.add(new Task(row(linux, t), t.object(), t.program(), t.baseline()));
        }
        return live;
    }

    private static Row row(Judge linux, Task t) {
        Row r = t.row();
        Judgement j;
        try {
            j = linux.judge(ObjectPipeline.link(t.object(), t.program()), 1);
        } catch (ObjectFormatException e) {
            j = Judgement.unsupported(e.getMessage());
        }
        Verdict v = switch (j.outcome()) {
            case ACCEPT -> Verdict.ACCEPT;
            case REJECT -> Verdict.REJECT;
            default -> Verdict.NONE;
        };
        return new Row(r.object(), r.program(), r.section(), r.type(), r.insns(), v, j.processed(), j.message());
    }
}
