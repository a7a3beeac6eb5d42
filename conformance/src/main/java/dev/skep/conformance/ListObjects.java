package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what the reader finds in each object - programs, sections, types, sizes - with the table. */
final class ListObjects {
    private ListObjects() {}

    /** Prints each difference; returns how many there are. */
    static int run(Corpus corpus, VerdictTable table, String glob, PrintStream out) throws IOException {
        int programs = 0;
        int different = 0;
        List<String> objects = corpus.objects(glob);
        for (String object : objects) {
            Map<String, UnlinkedProgram> found = new HashMap<>();
            List<Row> rows = table.rowsOf(object);
            try {
                ObjectSpec spec = corpus.read(object);
                spec.programs().forEach(p -> found.put(p.name(), Preparation.typed(p)));
            } catch (ObjectFormatException e) {
                if (!rows.isEmpty()) {
                    out.println(object + ": unreadable: " + e.getMessage());
                    different++;
                }
                continue;
            }
            for (Row row : rows) {
                programs++;
                UnlinkedProgram p = found.remove(row.program());
                String problem = problem(row, p);
                if (!problem.isEmpty()) {
                    out.println(row.key() + ": " + problem);
                    different++;
                }
            }
            for (String extra : found.keySet()) {
                out.println(object + "/" + extra + ": not in the table");
                different++;
            }
        }
        out.println(objects.size() + " objects, " + programs + " programs, " + different + " differences");
        return different;
    }

    private static String problem(Row row, UnlinkedProgram p) {
        if (p == null) {
            return "missing";
        }
        if (!p.section().equals(row.section())) {
            return "section " + p.section() + " should be " + row.section();
        }
        if (!p.type().kernelName().equals(row.type())) {
            return "type " + p.type().kernelName() + " should be " + row.type();
        }
        return p.insns() == row.insns() ? "" : "insns " + p.insns() + " should be " + row.insns();
    }
}
