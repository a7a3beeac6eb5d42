package dev.skep.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads tables of observations beside a test class: one row a line, {@code #} starts a comment line; gzip by the
 * file's name.
 */
public final class TableLines {
    private TableLines() {}

    public static List<String> of(Class<?> test, String name) {
        try (InputStream raw = test.getResourceAsStream(name)) {
            if (raw == null) {
                throw new IllegalStateException("no such resource: " + name);
            }
            InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
