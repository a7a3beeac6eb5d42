package dev.skep.kernel.helper;

import java.util.ArrayList;
import java.util.List;

/** Collects the prototypes that the family files declare, one line each. Numbers are unique. */
final class HelperTable {
    /** The largest memory that an argument can have, one less than 2^29: bounds results that count bytes. */
    static final long MAX_SIZE = (1L << 29) - 1;

    private final List<Line> lines = new ArrayList<>();
    private final int cpus;

    HelperTable(int cpus) {
        this.cpus = cpus;
    }

    /** Number of possible CPUs, for results that depend on it. */
    int cpus() {
        return cpus;
    }

    /** Starts the line of one helper: no arguments, an unknown scalar as result. */
    Line helper(int id, String name) {
        Line line = new Line(id, name);
        lines.add(line);
        return line;
    }

    /** The prototypes by number; index 0 is null. */
    HelperProto[] build() {
        HelperProto[] protos = new HelperProto[lines.size() + 1];
        for (Line line : lines) {
            if (line.id < 1 || line.id >= protos.length || protos[line.id] != null) {
                throw new IllegalStateException("helper numbers must be unique and dense: id=" + line.id);
            }
            protos[line.id] = line.proto();
        }
        return protos;
    }

    /** One helper under construction. */
    static final class Line {
        private final int id;
        private final String name;
        private List<HelperArg> args = List.of();
        private ReturnType returns = ReturnType.INTEGER;
        private boolean nullable;
        private String struct = "";
        private int trust;
        private long[] range;
        private int flags;
        private String since = "";

        Line(int id, String name) {
            this.id = id;
            this.name = name;
        }

        Line args(HelperArg... list) {
            args = List.of(list);
            return this;
        }

        Line returns(ReturnType type) {
            returns = type;
            return this;
        }

        /** A pointer to a kernel struct. */
        Line returnsBtf(String name) {
            returns = ReturnType.BTF_ID;
            struct = name;
            return this;
        }

        Line nullable() {
            nullable = true;
            return this;
        }

        Line trusted() {
            trust = HelperProto.RETURNS_TRUSTED;
            return this;
        }

        Line range(long min, long max) {
            range = new long[] {min, max};
            return this;
        }

        /** A count of bytes, at most the size argument, or a negative errno. */
        Line bytesOrErrno() {
            return range(-4095, MAX_SIZE);
        }

        Line gpl() {
            return flag(HelperProto.GPL_ONLY);
        }

        /** Takes packet pointers as memory. */
        Line pkt() {
            return flag(HelperProto.PKT_ACCESS);
        }

        Line sleeps() {
            return flag(HelperProto.MIGHT_SLEEP);
        }

        /** Packet pointers die. */
        Line movesPacket() {
            return flag(HelperProto.CHANGES_PKT_DATA);
        }

        Line acquires() {
            return flag(HelperProto.ACQUIRES);
        }

        Line casts() {
            return flag(HelperProto.PTR_CAST);
        }

        Line callsBack() {
            return flag(HelperProto.SYNC_CALLBACK);
        }

        Line callsLater() {
            return flag(HelperProto.ASYNC_CALLBACK);
        }

        Line fastcall() {
            return flag(HelperProto.FASTCALL);
        }

        Line since(String version) {
            since = version;
            return this;
        }

        private Line flag(int flag) {
            flags |= flag;
            return this;
        }

        HelperProto proto() {
            return new HelperProto(id, name, args, returns, nullable, struct, trust, range, flags, since);
        }
    }
}
