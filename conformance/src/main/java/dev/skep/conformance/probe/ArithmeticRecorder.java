package dev.skep.conformance.probe;

import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * {@code ArithmeticRecorder FILE [PER_OPERATION [SEED]]}: what the running kernel (root) says of arithmetic and
 * comparisons on numbers of which something is known. The verifier's tests read the file.
 *
 * <p>Programs are straight lines over R6 and R7, with jumps to the end or over a jump to the end. Their level-2 logs
 * tell the state before and after each instruction; {@link ArithmeticLog} reads them.
 */
public final class ArithmeticRecorder {
    private static final int[] OPERATIONS = {0x00, 0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xc0};
    private static final int[] JUMPS = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0};
    private static final int[] NUMBERS = {
        0,
        1,
        2,
        3,
        7,
        8,
        15,
        16,
        31,
        32,
        33,
        63,
        64,
        100,
        127,
        128,
        255,
        256,
        1000,
        0xffff,
        0x7fff_fffe,
        0x7fff_ffff,
        -1,
        -2,
        -8,
        -100,
        -128,
        -0x8000,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        0x5555_5555,
        0xf0f0_f0f0
    };
    private static final int LINES = 40;

    private final Random random;
    private final List<Long> slots = new ArrayList<>();
    private final List<Integer> toEnd = new ArrayList<>();

    private ArithmeticRecorder(long seed) {
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        int quota = args.length > 1 ? Integer.parseInt(args[1]) : 12;
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        Map<String, List<String>> byOperation = new TreeMap<>();
        for (int i = 0; i < 40 * quota; i++) {
            ProgramSpec program = new ArithmeticRecorder(seed * 100_000 + i).program();
            LinuxVerdict v = LinuxLoader.judge(program, new LoadOptions(2, 1 << 20, false));
            if (!v.accepted()) {
                throw new IllegalStateException(v.log() + v.problem());
            }
            for (String line : ArithmeticLog.lines(program.code(), v.log())) {
                String[] f = line.split("\t");
                boolean move = f[0].endsWith("bf") || f[0].endsWith("bc");
                // both forms of an operation, the width of a move, each outcome of a jump, and whether anything is
                // known of the operands
                String kind = f[0].substring(14)
                        + (move ? f[0].substring(8, 12) : "")
                        + f[3]
                        + f[1].equals("scalar()")
                        + f[2].equals("scalar()");
                List<String> known = byOperation.computeIfAbsent(kind, _ -> new ArrayList<>());
                if (known.size() < (kind.contains("true") ? 1 : move ? 4 * quota : quota) && !known.contains(line)) {
                    known.add(line);
                }
            }
        }
        List<String> all =
                new ArrayList<>(List.of("slot\tdst\tsrc\toutcome\tdst after\tsrc after\tdst if taken\tsrc if taken"));
        byOperation.values().forEach(all::addAll);
        Files.write(Path.of(args[0]), all);
    }

    private ProgramSpec program() {
        for (int r = 6; r <= 7; r++) {
            add(0x85, 0, 0, 0, 7);
            add(0xbf, r, 0, 0, 0);
            add(0xb7, 0, 0, 0, 0);
            narrow(r);
            narrow(r);
        }
        for (int i = 0; i < LINES; i++) {
            line();
            if (random.nextInt(8) == 0) {
                int r = 6 + random.nextInt(2);
                add(0x85, 0, 0, 0, 7);
                add(0xbf, r, 0, 0, 0);
                add(0xb7, 0, 0, 0, 0);
                narrow(r);
                narrow(r);
            }
        }
        int end = slots.size();
        add(0xb7, 0, 0, 0, 0);
        add(0x95, 0, 0, 0, 0);
        for (int at : toEnd) {
            slots.set(at, Slot.withOffset(slots.get(at), end - at - 1));
        }
        return ProgramSpec.of(
                "arithmetic",
                ProgramType.SOCKET_FILTER,
                BpfCode.of(slots.stream().mapToLong(s -> s).toArray()));
    }

    private void add(int opcode, int dst, int src, int offset, int imm) {
        slots.add(Slot.of(opcode, dst, src, offset, imm));
    }

    private int number() {
        int n = NUMBERS[random.nextInt(NUMBERS.length)];
        return random.nextInt(3) == 0 ? n + random.nextInt(-3, 4) : n;
    }

    /** Something becomes known of a register. */
    private void narrow(int r) {
        switch (random.nextInt(6)) {
            case 0 -> add(0x57, r, 0, 0, number());
            case 1 -> add(random.nextBoolean() ? 0x77 : 0xc7, r, 0, 0, 1 + random.nextInt(62));
            case 2 -> add(0xbc, r, r, 0, 0);
            case 3 -> {
                boolean wide = random.nextBoolean();
                add(wide ? 0xbf : 0xbc, r, r, 8 << random.nextInt(wide ? 3 : 2), 0);
            }
            default -> jump(r, false);
        }
    }

    private void line() {
        int r = 6 + random.nextInt(2);
        boolean register = random.nextInt(5) < 2;
        int wide = random.nextBoolean() ? 0x07 : 0x04;
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> jump(r, register);
            case 3 -> add(wide | 0x80, r, 0, 0, 0);
            case 4 -> add(random.nextBoolean() ? 0xdc : 0xd7, r, 0, 0, 16 << random.nextInt(3));
            default -> {
                int op = OPERATIONS[random.nextInt(OPERATIONS.length)];
                boolean shift = op == 0x60 || op == 0x70 || op == 0xc0;
                int imm = shift ? random.nextInt(wide == 0x07 ? 64 : 32) : number();
                add(wide | op | (register ? 8 : 0), r, register ? 13 - r : 0, 0, register ? 0 : imm);
            }
        }
    }

    private void jump(int r, boolean register) {
        int opcode = (random.nextBoolean() ? 0x05 : 0x06) | JUMPS[random.nextInt(JUMPS.length)] | (register ? 8 : 0);
        boolean over = random.nextBoolean();
        if (!over) {
            toEnd.add(slots.size());
        }
        add(opcode, r, register ? 13 - r : 0, 1, register ? 0 : number());
        if (over) {
            toEnd.add(slots.size());
            add(0x05, 0, 0, 0, 0);
        }
    }
}
