package dev.skep.linux;

import dev.skep.linux.LinuxVerdict.Outcome;
import dev.skep.linux.LinuxVerdict.Statistics;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.PoisonText;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * BPF_PROG_LOAD: one program, its records, and what the kernel says.
 *
 * <p>A log longer than its buffer makes the call end with ENOSPC whatever the verdict is: the end of the log is kept,
 * and the program is loaded again with statistics only to learn the verdict.
 */
final class ProgramLoad {
    private static final int ATTR_SIZE = 152;
    private static final int STATISTICS_ONLY = 4;
    private static final int ATTEMPTS = 5;

    private ProgramLoad() {}

    static LinuxVerdict load(ProgramSpec program, long[] slots, Optional<LinuxBtf> btf, LoadOptions options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attributes(arena, program, slots, options.unprivileged() ? Optional.empty() : btf);
            MemorySegment buffer = MemorySegment.NULL;
            int logLevel = options.logLevel();
            if (logLevel > 0) {
                buffer = arena.allocate(options.logSize());
            }
            int result = call(attr, logLevel, buffer, options.unprivileged());
            String log = logLevel > 0 ? text(buffer) : "";
            if (result == -Errno.ENOSPC && !log.isEmpty()) {
                result = call(attr, STATISTICS_ONLY, arena.allocate(4096), options.unprivileged());
            }
            return verdict(program, result, PoisonText.explain(program, log), options);
        }
    }

    private static int call(MemorySegment attr, int logLevel, MemorySegment log, boolean unprivileged) {
        if (!unprivileged) {
            return call(attr, logLevel, log);
        }
        Capabilities.keepOnly();
        try {
            return call(attr, logLevel, log);
        } finally {
            Capabilities.restore();
        }
    }

    private static int call(MemorySegment attr, int logLevel, MemorySegment log) {
        Bpf.u32(attr, 24, logLevel);
        Bpf.u32(attr, 28, (int) log.byteSize());
        Bpf.pointer(attr, 32, log);
        int result = -Errno.EAGAIN;
        for (int i = 0; i < ATTEMPTS && result == -Errno.EAGAIN; i++) {
            result = Bpf.bpf(Bpf.PROG_LOAD, attr);
        }
        return result;
    }

    private static String text(MemorySegment log) {
        long length = 0;
        while (length < log.byteSize() && log.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return new String(log.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static LinuxVerdict verdict(ProgramSpec program, int result, String log, LoadOptions options) {
        Statistics statistics = LogText.statistics(log);
        if (result >= 0) {
            LinuxProgram loaded = new LinuxProgram(program, result);
            if (!options.keep()) {
                loaded.close();
                loaded = null;
            }
            return new LinuxVerdict(Outcome.ACCEPT, 0, "", log, statistics, Optional.ofNullable(loaded));
        }
        // the verifier always says why; without a word the call was refused before it
        boolean judged = options.logLevel() == 0 ? result == -Errno.EACCES : !log.isBlank();
        if (judged) {
            return new LinuxVerdict(Outcome.REJECT, -result, "", log, statistics, Optional.empty());
        }
        return LinuxVerdict.none("program " + program.name() + ": load: " + Errno.name(-result), -result);
    }

    private static MemorySegment attributes(Arena arena, ProgramSpec program, long[] slots, Optional<LinuxBtf> btf) {
        MemorySegment attr = Bpf.attr(arena, ATTR_SIZE);
        Bpf.u32(attr, 0, program.type().id());
        Bpf.u32(attr, 4, slots.length);
        Bpf.pointer(attr, 8, arena.allocateFrom(ValueLayout.JAVA_LONG, slots));
        Bpf.pointer(attr, 16, arena.allocateFrom(program.license()));
        Bpf.u32(attr, 40, LinuxKernel.versionCode());
        Bpf.u32(attr, 44, program.flags());
        Bpf.name(attr, 48, program.name());
        Bpf.u32(attr, 68, expectedAttachType(program));
        Bpf.u32(attr, 108, program.attachBtfId());
        btf.ifPresent(b -> {
            Bpf.u32(attr, 72, b.fd());
            functions(arena, attr, program);
            lines(arena, attr, program, b.strings());
        });
        return attr;
    }

    /** struct_ops programs carry the index of their member where others carry the attach type. */
    private static int expectedAttachType(ProgramSpec program) {
        if (program.type() == ProgramType.STRUCT_OPS) {
            return Math.max(program.attachMember(), 0);
        }
        return program.attachType() == null ? 0 : program.attachType().id();
    }

    /** struct bpf_func_info: insn_off, type_id. */
    private static void functions(Arena arena, MemorySegment attr, ProgramSpec program) {
        if (program.functions().isEmpty()) {
            return;
        }
        int[] records = new int[2 * program.functions().size()];
        int n = 0;
        for (FuncInfo f : program.functions()) {
            records[n++] = f.insnIndex();
            records[n++] = f.typeId();
        }
        Bpf.u32(attr, 76, 8);
        Bpf.pointer(attr, 80, arena.allocateFrom(ValueLayout.JAVA_INT, records));
        Bpf.u32(attr, 88, program.functions().size());
    }

    /**
     * struct bpf_line_info: insn_off, file_name_off, line_off, line number in the upper 22 bits and column in the lower
     * 10.
     */
    private static void lines(Arena arena, MemorySegment attr, ProgramSpec program, Map<String, Integer> strings) {
        int[] records = new int[4 * program.lines().size()];
        int n = 0;
        for (LineInfo line : program.lines()) {
            Integer file = strings.get(line.file());
            Integer text = strings.get(line.text());
            if (file == null || text == null) {
                return;
            }
            records[n++] = line.insnIndex();
            records[n++] = file;
            records[n++] = text;
            records[n++] = line.line() << 10 | Math.min(line.column(), 1023);
        }
        if (n > 0) {
            Bpf.u32(attr, 92, 16);
            Bpf.pointer(attr, 96, arena.allocateFrom(ValueLayout.JAVA_INT, records));
            Bpf.u32(attr, 104, n / 4);
        }
    }
}
