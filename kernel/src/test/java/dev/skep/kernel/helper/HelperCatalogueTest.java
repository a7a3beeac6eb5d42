package dev.skep.kernel.helper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.TableLines;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HelperCatalogueTest {
    private final HelperCatalogue helpers = new HelperCatalogue(Btf.EMPTY, 2);

    private record Column(ProgramType type, List<AttachType> attachTypes) {}

    @Test
    void answersAvailabilityAsObserved() {
        List<Column> columns = new ArrayList<>();
        Map<ProgramType, Set<AttachType>> named = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : TableLines.of(HelperCatalogueTest.class, "availability.txt")) {
            String[] words = line.split(" ");
            if (words[0].equals("column")) {
                ProgramType type = ProgramType.valueOf(words[1].toUpperCase(Locale.ROOT));
                columns.add(new Column(
                        type,
                        attachTypes(words[2], named.computeIfAbsent(type, _ -> EnumSet.noneOf(AttachType.class)))));
                continue;
            }
            rows++;
            int id = Integer.parseInt(words[0]);
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                List<AttachType> attachTypes = column.attachTypes.isEmpty()
                        ? Arrays.stream(AttachType.values())
                                .filter(a -> !named.get(column.type).contains(a))
                                .toList()
                        : column.attachTypes;
                for (AttachType attach : attachTypes) {
                    HelperAccess access = helpers.access(id, column.type, attach);
                    if (access != expected(words[1].charAt(i))) {
                        wrong.add(id + " " + column.type + " " + attach + ": " + access);
                    }
                }
            }
        }
        assertThat(rows).isEqualTo(212);
        assertThat(wrong).isEmpty();
    }

    /** The empty list stands for all that other columns of the type do not name. */
    private static List<AttachType> attachTypes(String text, Set<AttachType> named) {
        if (text.equals("*") || text.equals("other")) {
            return List.of();
        }
        List<AttachType> found = new ArrayList<>();
        for (String name : text.split("\\|")) {
            String upper = name.toUpperCase(Locale.ROOT);
            found.add(Arrays.stream(AttachType.values())
                    .filter(a -> a.name().equals(upper)
                            || a.name().equals("CGROUP_" + upper)
                            || a.name().equals("TRACE_" + upper))
                    .findFirst()
                    .orElseThrow());
        }
        named.addAll(found);
        return found;
    }

    private static HelperAccess expected(char letter) {
        return switch (letter) {
            case 'Y' -> HelperAccess.AVAILABLE;
            case 'G' -> HelperAccess.GPL_ONLY;
            case 'N' -> HelperAccess.NOT_IN_PROBE;
            case 'U' -> HelperAccess.UNKNOWN;
            default -> HelperAccess.NOT_FOR_TYPE;
        };
    }

    @Test
    void prototypesAcceptWhatTheKernelAccepted() {
        List<String> wrong = new ArrayList<>();
        int probed = 0;
        for (String line : TableLines.of(HelperCatalogueTest.class, "prototypes.txt")) {
            String[] words = line.split(" ");
            int id = Integer.parseInt(words[0]);
            assertThat(helpers.name(id)).isEqualTo(words[1]);
            if (words.length == 2) {
                continue;
            }
            probed++;
            AttachType attach = words[3].equals("-") ? null : AttachType.valueOf(words[3].toUpperCase(Locale.ROOT));
            HelperProto proto = helpers.proto(id, ProgramType.valueOf(words[2].toUpperCase(Locale.ROOT)), attach);
            if (!argsMatch(proto.args(), words[4])) {
                wrong.add(line + " has " + proto.args());
            }
            if (!words[5].equals("-") && !resultText(proto).equals(words[5])) {
                wrong.add(line + " returns " + resultText(proto));
            }
            if (!words[6].equals("-") && words[6].equals("yes") != proto.has(HelperProto.CHANGES_PKT_DATA)) {
                wrong.add(line + ": packet");
            }
        }
        assertThat(probed).isGreaterThan(190);
        assertThat(wrong).isEmpty();
    }

    private static boolean argsMatch(List<HelperArg> args, String expected) {
        String[] classes = expected.equals("-") ? new String[0] : expected.split(",");
        boolean open = classes.length > 0 && classes[classes.length - 1].equals("...");
        int known = open ? classes.length - 1 : classes.length;
        if (open ? args.size() < known : args.size() != known) {
            return false;
        }
        for (int i = 0; i < known; i++) {
            String letter = letter(args.get(i));
            boolean size = letter.startsWith("0") || letter.startsWith("z");
            // a NULL memory needs its size to be zero: the probes could not tell
            if (!letter.equals(classes[i]) && !(size && letter.charAt(0) == classes[i].charAt(0))) {
                return false;
            }
        }
        return true;
    }

    private static String letter(HelperArg a) {
        boolean writes = a.has(HelperArg.WRITE);
        String letter = switch (a.type()) {
            case ANYTHING -> "a";
            case CONST_MAP_PTR -> "m";
            case MAP_KEY -> "k";
            case MAP_VALUE -> writes ? "V" : "v";
            case MEM -> a.size() > 0 ? (writes ? "F" : "f") : writes ? "w" : "r";
            case SIZE -> "z";
            case SIZE_OR_ZERO -> "0";
            case ALLOC_SIZE_OR_ZERO -> "c";
            case CTX -> "x";
            case SPIN_LOCK -> "l";
            case TIMER -> "t";
            case KPTR -> "p";
            case CONST_STR -> "T";
            case STACK -> "K";
            case FUNC -> "C";
            case DYNPTR -> a.has(HelperArg.UNINIT) ? "D" : "d";
            case SOCK_COMMON, SOCKET -> "s";
            case BTF_ID_SOCK_COMMON -> "S";
            case BTF_ID -> "b";
            case PERCPU_BTF_ID -> "%";
            case RINGBUF_MEM -> "R";
        };
        return a.has(HelperArg.NULLABLE) ? letter + "?" : letter;
    }

    private static String resultText(HelperProto proto) {
        String orNull = proto.returnNullable() ? "_or_null" : "";
        return switch (proto.returns()) {
            case INTEGER -> "scalar";
            case VOID -> "-";
            case MAP_VALUE -> "map_value" + orNull;
            case SOCKET -> "sock" + orNull;
            case TCP_SOCK -> "tcp_sock" + orNull;
            case SOCK_COMMON -> "sock_common" + orNull;
            case RINGBUF_MEM -> "ringbuf_mem" + orNull;
            case DYNPTR_MEM -> "mem" + orNull;
            case MEM_OR_BTF_ID -> "-";
            case BTF_ID ->
                (proto.returnTrust() == HelperProto.RETURNS_TRUSTED ? "trusted_" : "") + "ptr" + orNull + "_"
                        + (proto.id() == 194 ? "task_struct" : proto.returnStruct());
        };
    }

    @Test
    void givesAnotherPrototypeWhereTheTypeHasOne() {
        assertThat(arg(46, ProgramType.SCHED_CLS, null, 0)).isEqualTo(ArgType.CTX);
        assertThat(arg(46, ProgramType.TRACING, AttachType.TRACE_ITER, 0)).isEqualTo(ArgType.BTF_ID_SOCK_COMMON);
        assertThat(arg(57, ProgramType.SOCK_OPS, AttachType.CGROUP_SOCK_OPS, 0)).isEqualTo(ArgType.CTX);
        assertThat(arg(57, ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT, 0))
                .isEqualTo(ArgType.BTF_ID_SOCK_COMMON);
        assertThat(arg(107, ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE, 1))
                .isEqualTo(ArgType.CTX);
        assertThat(arg(188, ProgramType.XDP, AttachType.XDP, 0)).isEqualTo(ArgType.CTX);
        assertThat(arg(188, ProgramType.TRACING, AttachType.TRACE_FENTRY, 0)).isEqualTo(ArgType.BTF_ID);
    }

    private ArgType arg(int id, ProgramType type, AttachType attach, int index) {
        return helpers.proto(id, type, attach).args().get(index).type();
    }

    @Test
    void boundsTheProcessorNumberByTheCpus() {
        assertThat(new HelperCatalogue(Btf.EMPTY, 8)
                        .proto(8, ProgramType.XDP, null)
                        .returnRange())
                .containsExactly(0, 7);
    }

    @Test
    void structOpsDifferByTheirStruct() {
        BtfType.Member init = new BtfType.Member("init", 0, 0, 0);
        BtfType.Member release = new BtfType.Member("release", 0, 64, 0);
        Btf btf = new Btf(
                null,
                List.of(
                        new BtfType.Struct("tcp_congestion_ops", false, 16, List.of(init, release)),
                        new BtfType.Struct("hid_bpf_ops", false, 16, List.of(init)),
                        new BtfType.Struct("bpf_dummy_ops", false, 16, List.of(init))));
        HelperCatalogue catalogue = new HelperCatalogue(btf, 1);
        assertThat(catalogue.access(49, structOps(1, 0))).isEqualTo(HelperAccess.AVAILABLE);
        assertThat(catalogue.access(49, structOps(1, 1))).isEqualTo(HelperAccess.NOT_FOR_TYPE);
        assertThat(catalogue.access(116, structOps(2, 0))).isEqualTo(HelperAccess.NOT_FOR_TYPE);
        assertThat(catalogue.access(1, structOps(2, 0))).isEqualTo(HelperAccess.AVAILABLE);
        assertThat(catalogue.access(1, structOps(3, 0))).isEqualTo(HelperAccess.NOT_FOR_TYPE);
    }

    @Test
    void iteratorsOverSocketsMaySetOptions() {
        ProgramSpec iterator = ProgramSpec.of("f", ProgramType.TRACING, BpfCode.of(0x95))
                .withType(ProgramType.TRACING, AttachType.TRACE_ITER);
        assertThat(helpers.access(49, iterator.withAttachTarget("tcp", 1, -1))).isEqualTo(HelperAccess.AVAILABLE);
        assertThat(helpers.access(49, iterator.withAttachTarget("udp", 1, -1))).isEqualTo(HelperAccess.NOT_FOR_TYPE);
    }

    private static ProgramSpec structOps(int struct, int member) {
        return ProgramSpec.of("f", ProgramType.STRUCT_OPS, BpfCode.of(0x95)).withAttachTarget("", struct, member);
    }
}
