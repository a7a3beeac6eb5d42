package dev.skep.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as their widest cell; numbers to the right. For tables that are small enough to hold. */
final class TextTable {
    private final String[] header;
    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... header) {
        this.header = header;
    }

    void row(Object... cells) {
        String[] row = new String[header.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = i < cells.length && cells[i] != null ? cells[i].toString() : "";
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        int[] widths = new int[header.length];
        boolean[] numeric = new boolean[header.length];
        for (int c = 0; c < header.length; c++) {
            widths[c] = header[c].length();
            numeric[c] = !rows.isEmpty();
            for (String[] row : rows) {
                widths[c] = Math.max(widths[c], row[c].length());
                numeric[c] &= row[c].isEmpty() || row[c].matches("-?[0-9][0-9.,]*");
            }
        }
        line(out, header, widths, numeric);
        String[] rule = new String[header.length];
        for (int c = 0; c < rule.length; c++) {
            rule[c] = "-".repeat(widths[c]);
        }
        line(out, rule, widths, numeric);
        for (String[] row : rows) {
            line(out, row, widths, numeric);
        }
    }

    private static void line(PrintWriter out, String[] cells, int[] widths, boolean[] numeric) {
        StringBuilder s = new StringBuilder();
        for (int c = 0; c < cells.length; c++) {
            String pad = " ".repeat(widths[c] - cells[c].length());
            s.append(numeric[c] ? pad + cells[c] : cells[c] + pad).append("  ");
        }
        out.println(s.toString().stripTrailing());
    }
}
