package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.Linux618;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The corpus' small programs, linked: what random programs are made from. Safe for many threads. */
public final class Samples {
    private static final int MAX_INSNS = 400;
    private static final int MAX_PROCESSED = 5000;

    private final Corpus corpus;
    private final List<Row> rows = new ArrayList<>();

    private Samples(Corpus corpus) throws IOException {
        this.corpus = corpus;
        VerdictTable table = VerdictTable.linux618();
        for (String object : corpus.objects("*")) {
            for (Row row : table.rowsOf(object)) {
                if (row.verdict() != Verdict.NONE && row.insns() <= MAX_INSNS && row.processed() <= MAX_PROCESSED) {
                    rows.add(row);
                }
            }
        }
    }

    /** The programs of this machine's corpus; empty if there is none. */
    public static Optional<Samples> find() throws IOException {
        Corpus corpus = Corpus.find().orElse(null);
        return corpus == null ? Optional.empty() : Optional.of(new Samples(corpus));
    }

    /** The kernel that the corpus was built on, or the running one. */
    public static KernelModel kernel() {
        return Model.KERNEL;
    }

    /** Made on first use: it reads the kernel's types. */
    private static final class Model {
        static final KernelModel KERNEL = Linux618.with(ObjectPipeline.hostTypes());
    }

    public int size() {
        return rows.size();
    }

    /** The object file that the program with this number is in. */
    public String object(int number) {
        return rows.get(number).object();
    }

    /** True when Linux accepts the program with this number. */
    public boolean accepted(int number) {
        return rows.get(number).verdict() == Verdict.ACCEPT;
    }

    /** The program with this number; null if it cannot be read or linked. */
    public ProgramSpec program(int number) {
        Row row = rows.get(number);
        try {
            ObjectSpec object = corpus.read(row.object());
            return ObjectPipeline.link(object, Conformance.program(object, row.program()));
        } catch (IOException | ObjectFormatException e) {
            return null;
        }
    }
}
