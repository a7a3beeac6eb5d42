package dev.skep.verifier.golden;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program and what Linux 6.18 printed about it. */
record Sample(String name, boolean accepted, ProgramSpec program, long crc1, long crc2, String log2) {
    private static final Pattern STEP = Pattern.compile("(?m)^(\\d+): \\([0-9a-f]{2}\\) [^;\\n]*?(?: +(;.*))?$");
    private static final Pattern JOINED =
            Pattern.compile("(?m)^(\\d+): \\([0-9a-f]{2}\\) (?:[^;\\n]*goto pc[+-]\\d+) (\\d+: .*)$");
    private static final Pattern BEFORE = Pattern.compile("(?m)^mark_precise: (.*) before (\\d+): \\(..\\) .*$");
    private static final Pattern LIVE = Pattern.compile("(?m)^([ \\d]{3} +\\d+: [.0-9]{10}) \\(.*$");
    private static final Pattern ADDRESS = Pattern.compile("(r\\d+ = )0xffff[0-9a-f]{12}");
    private static final Pattern KFUNC = Pattern.compile("(call bpf_(?:iter_num|task|rcu)_\\w+#)\\d+");
    private static final Pattern PADDING =
            Pattern.compile("(?m)^(\\d+: \\(85\\) call bpf_(?:iter_num|task|rcu)_\\w+#N) +;");

    /** What differs from machine to machine (addresses, ids of kernel functions) made equal. */
    static String normalised(String log) {
        String text = ADDRESS.matcher(log).replaceAll("$1ADDRESS");
        text = KFUNC.matcher(text).replaceAll("$1N");
        return PADDING.matcher(text).replaceAll("$1 ;");
    }

    /** The log without instruction text. */
    static String condensed(String log) {
        String text = STEP.matcher(log)
                .replaceAll(r -> r.group(1) + (r.group(2) == null ? "" : Matcher.quoteReplacement(r.group(2))));
        text = BEFORE.matcher(text).replaceAll("mp $1 @ $2");
        text = LIVE.matcher(text).replaceAll("$1");
        return text.replace("mark_precise:", "mp").strip();
    }

    static Sample parse(String text) {
        List<String> lines = text.lines().toList();
        Map<String, String> head = new HashMap<>();
        List<MapSpec> maps = new ArrayList<>();
        List<String> functions = new ArrayList<>();
        List<FuncInfo> starts = new ArrayList<>();
        List<LineInfo> source = new ArrayList<>();
        int i = 1;
        for (; !lines.get(i).equals("program"); i++) {
            String[] words = lines.get(i).split(" ", 3);
            switch (words[0]) {
                case "map" -> maps.add(map(words[1]));
                case "func" -> {
                    starts.add(new FuncInfo(Integer.parseInt(words[1]), SampleTypes.FIRST_FUNCTION + functions.size()));
                    functions.add(words[2]);
                }
                case "line" -> {
                    String[] parts = words[2].split(" ", 2);
                    source.add(new LineInfo(
                            Integer.parseInt(words[1]),
                            "/src/prog.bpf.c",
                            "\t" + parts[1],
                            Integer.parseInt(parts[0]),
                            1));
                }
                default -> head.put(words[0], words[1]);
            }
        }
        int log = lines.indexOf("log");
        Btf kernel = SampleTypes.kernel();
        Map<Integer, String> kfuncs = new HashMap<>();
        BpfCode code = Asm.assemble(String.join("\n", lines.subList(i + 1, log)), kfunc -> {
            int id = kernel.find(kfunc, BtfType.Function.class);
            kfuncs.put(id, kfunc);
            return id;
        });
        ProgramType type = ProgramType.valueOf(head.get("type").toUpperCase(Locale.ROOT));
        Btf btf = functions.isEmpty() ? Btf.EMPTY : SampleTypes.functions(functions);
        ProgramSpec program = new ProgramSpec(
                "sample.o",
                "sample",
                "",
                type,
                null,
                "",
                0,
                -1,
                head.containsKey("sleepable") ? ProgramSpec.F_SLEEPABLE : 0,
                "GPL",
                code,
                code.size(),
                maps,
                btf,
                starts,
                source,
                kfuncs,
                Map.of(),
                Map.of());
        String[] name = lines.getFirst().split(" ");
        return new Sample(
                name[0],
                head.get("verdict").equals("accepted"),
                program,
                Long.parseLong(head.get("crc1")),
                Long.parseLong(head.get("crc2")),
                String.join("\n", lines.subList(log + 1, lines.size())).strip());
    }

    private static MapSpec map(String kind) {
        return switch (kind) {
            case "ringbuf" -> MapSpec.of("", MapType.RINGBUF, 0, 0, 4096);
            case "hash" -> MapSpec.of("", MapType.HASH, 4, 64, 4);
            case "locked" ->
                MapSpec.of("", MapType.ARRAY, 4, 64, 1)
                        .withTypes(SampleTypes.lockedValue(), 1, SampleTypes.LOCKED_VALUE);
            case "plain" -> MapSpec.of("", MapType.ARRAY, 4, 64, 1);
            default -> MapSpec.of("", MapType.ARRAY, 4, 64, 4);
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
