package dev.skep.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the checkout is, from whichever folder of it tests run. */
final class Repository {
    private Repository() {}

    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        return at;
    }

    static Path example(String name) {
        return root().resolve("examples").resolve(name);
    }
}
