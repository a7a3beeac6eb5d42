package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The programs of a folder of objects that no table knows, as rows without a verdict. Names what cannot be read. */
final class FolderRows {
    private FolderRows() {}

    static VerdictTable of(Corpus folder, String glob, PrintStream out) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String object : folder.objects(glob)) {
            try {
                for (UnlinkedProgram raw : folder.read(object).programs()) {
                    UnlinkedProgram p = Preparation.typed(raw);
                    rows.add(new Row(
                            object, p.name(), p.section(), p.type().kernelName(), p.insns(), Verdict.NONE, 0, ""));
                }
            } catch (ObjectFormatException e) {
                out.println(object + ": unreadable: " + e.getMessage());
            }
        }
        return new VerdictTable(rows);
    }
}
