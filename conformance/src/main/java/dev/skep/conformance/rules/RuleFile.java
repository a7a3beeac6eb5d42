package dev.skep.conformance.rules;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Assembler;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code rules.txt}: each rule begins with {@code == name}; lines {@code type:}, {@code functions:}, {@code
 * linux:}, {@code skep:} and {@code why:} say what {@link Rule} documents; the rest is assembly ({@link Assembler}),
 * kernel functions by name: {@code call kfunc bpf_iter_num_new}. Maps: 0 is a ring, 1 an array, 2 an array with a lock
 * in its values, 3 a user ring.
 *
 * <p><em>Shape</em>: {@code type:} may end in {@code sleepable}; {@code functions:} names the types of the subprograms
 * in the order of their code; an absent {@code skep:} means "as Linux".
 */
public final class RuleFile {
    private static final Pattern FIELD = Pattern.compile("(type|functions|linux|skep|why): (.*)");
    private static final Pattern KFUNC = Pattern.compile("call kfunc ([a-z]\\w*)");

    private final KernelModel kernel;
    private final RuleTypes types = new RuleTypes();
    private final List<MapSpec> maps = List.of(
            MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096), MapSpec.of("array", MapType.ARRAY, 4, 48, 1),
            MapSpec.of("locked", MapType.ARRAY, 4, 24, 2).withTypes(types.btf, types.integer, types.locked),
                    MapSpec.of("user_ring", MapType.USER_RINGBUF, 0, 0, 4096));

    private RuleFile(KernelModel kernel) {
        this.kernel = kernel;
    }

    /** All rules, assembled for this kernel. */
    public static List<Rule> read(KernelModel kernel) {
        RuleFile file = new RuleFile(kernel);
        List<Rule> rules = new ArrayList<>();
        for (Map<String, String> fields : sections()) {
            rules.add(file.rule(fields));
        }
        return rules;
    }

    /** The fields of each rule, {@code name} and {@code text} among them, without assembling anything. */
    public static List<Map<String, String>> sections() {
        List<Map<String, String>> all = new ArrayList<>();
        try (InputStream in = RuleFile.class.getResourceAsStream("rules.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String part : text.split("(?m)^== ")) {
                if (!part.isBlank() && !part.startsWith("#")) {
                    all.add(section(part));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Map<String, String> section(String part) {
        Map<String, String> fields = new LinkedHashMap<>();
        StringBuilder code = new StringBuilder();
        String[] lines = part.split("\n");
        fields.put("name", lines[0].strip());
        for (int i = 1; i < lines.length; i++) {
            Matcher m = FIELD.matcher(lines[i]);
            if (m.matches()) {
                fields.merge(m.group(1), m.group(2).strip(), (a, b) -> a + " " + b);
            } else {
                code.append(lines[i]).append('\n');
            }
        }
        fields.put("text", code.toString());
        fields.putIfAbsent("skep", fields.get("linux"));
        fields.putIfAbsent("why", "");
        return fields;
    }

    private Rule rule(Map<String, String> fields) {
        String[] type = fields.get("type").split(" ");
        String text = KFUNC.matcher(fields.get("text")).replaceAll(m -> "call kfunc#" + kfuncId(m.group(1)));
        BpfCode code = Assembler.assemble(text, this::helperId);
        List<FuncInfo> functions = fields.containsKey("functions")
                ? functions(code, fields.get("functions").split(" "))
                : List.of();
        ProgramSpec program = new ProgramSpec(
                "rules",
                fields.get("name"),
                "",
                ProgramType.valueOf(type[0]),
                null,
                "",
                0,
                -1,
                type.length > 1 ? ProgramSpec.F_SLEEPABLE : 0,
                "GPL",
                code,
                code.size(),
                maps,
                functions.isEmpty() ? Btf.EMPTY : types.btf,
                functions,
                List.of(),
                Map.of(),
                Map.of(),
                Map.of());
        return new Rule(fields.get("name"), program, fields.get("linux"), fields.get("skep"), fields.get("why"));
    }

    private List<FuncInfo> functions(BpfCode code, String[] names) {
        TreeSet<Integer> starts = new TreeSet<>();
        for (int i = 0; i < code.size(); i += code.width(i)) {
            if (code.at(i) instanceof Instruction.Call c && c.kind() == Instruction.Call.Kind.SUBPROGRAM) {
                starts.add(i + 1 + c.imm());
            } else if (code.at(i) instanceof Instruction.LoadImm64 l && l.pseudo() == Pseudo.FUNC) {
                starts.add(i + 1 + l.imm());
            }
        }
        List<FuncInfo> records = new ArrayList<>(List.of(new FuncInfo(0, types.function("main"))));
        int n = 0;
        for (int start : starts) {
            records.add(new FuncInfo(start, types.function(names[n++])));
        }
        return records;
    }

    private int kfuncId(String name) {
        Kfunc k = kernel.kfunc(name);
        if (k == null) {
            throw new IllegalArgumentException("kernel function must be known: " + name);
        }
        return kernel.btf().find(name, BtfType.Function.class);
    }

    private int helperId(String name) {
        for (int id = 1; id <= 211; id++) {
            if (kernel.helperName(id).equals(name)) {
                return id;
            }
        }
        return -1;
    }
}
