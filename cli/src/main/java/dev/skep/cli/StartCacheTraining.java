package dev.skep.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the build runs to record the start-up cache: several command lines in one JVM, parted by {@code ---}; nothing is
 * printed.
 */
final class StartCacheTraining {
    private StartCacheTraining() {}

    public static void main(String[] args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        List<String> line = new ArrayList<>();
        for (String arg : args) {
            if (arg.equals("---")) {
                Main.run(line.toArray(String[]::new), nowhere, nowhere);
                line.clear();
            } else {
                line.add(arg);
            }
        }
        Main.run(line.toArray(String[]::new), nowhere, nowhere);
        System.exit(0);
    }
}
