package dev.skep.kernel.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.TableLines;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContextsTest {
    /** One group of the table: the accepted offsets by direction and logarithm of the size, shifted by 32768. */
    private static final class Group {
        final ProgramType type;
        final List<AttachType> attachTypes;
        final BitSet[][] accepted = new BitSet[2][4];
        final Map<Integer, String> kinds = new HashMap<>();
        int end;
        boolean bare;

        Group(ProgramType type, List<AttachType> attachTypes) {
            this.type = type;
            this.attachTypes = attachTypes;
            for (BitSet[] sets : accepted) {
                Arrays.setAll(sets, _ -> new BitSet());
            }
        }

        void accept(boolean write, int log, int offset) {
            accepted[write ? 1 : 0][log].set(offset + 32768);
        }
    }

    @Test
    void reproducesEveryObservedAccess() {
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (Group group : groups()) {
            for (AttachType attach : group.attachTypes) {
                ContextLayout layout = Contexts.of(group.type, attach);
                int from = group.bare ? -32768 : -8;
                int to = group.bare ? 32767 : group.end + 8;
                for (int offset = from; offset <= to; offset++) {
                    for (int log = 0; log < 4; log++) {
                        for (int direction = 0; direction < 2; direction++) {
                            ContextAccess access = layout.access(offset, 1 << log, direction == 1);
                            checked++;
                            if ((access != null) != group.accepted[direction][log].get(offset + 32768)) {
                                wrong.add(group.type + " " + attach + " off=" + offset + " size=" + (1 << log)
                                        + (direction == 1 ? " write" : " read"));
                            }
                        }
                    }
                }
                group.kinds.forEach((place, text) -> {
                    ContextAccess access = layout.access(place >> 4, place & 15, false);
                    if (access == null || !text(access).equals(text)) {
                        wrong.add(group.type + " " + attach + " off=" + (place >> 4) + " yields " + access);
                    }
                });
            }
        }
        assertThat(checked).isGreaterThan(1_000_000);
        assertThat(wrong).isEmpty();
    }

    private static String text(ContextAccess access) {
        String orNull = access.nullable() ? "_or_null" : "";
        return switch (access.kind()) {
            case SCALAR -> "scalar";
            case PACKET -> "pkt";
            case PACKET_META -> "pkt_meta";
            case PACKET_END -> "pkt_end";
            case FLOW_KEYS -> "flow_keys";
            case SOCKET -> "sock" + orNull;
            case SOCK_COMMON -> "sock_common" + orNull;
            case BTF_PTR -> (access.trusted() ? "trusted_ptr_" : "ptr_") + access.struct();
            case TP_BUFFER -> "tp_buffer";
            case RDONLY_BUF, RDWR_BUF -> "buf";
        };
    }

    private static List<Group> groups() {
        Map<String, String[]> patterns = new HashMap<>();
        Map<ProgramType, Set<AttachType>> named = new HashMap<>();
        List<Group> groups = new ArrayList<>();
        for (String line : TableLines.of(ContextsTest.class, "accesses.txt")) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "pattern" -> patterns.put(words[1], words[2].split(";"));
                case "group" -> {
                    ProgramType type = ProgramType.valueOf(words[1].toUpperCase(Locale.ROOT));
                    Set<AttachType> others = named.computeIfAbsent(type, _ -> EnumSet.noneOf(AttachType.class));
                    groups.add(new Group(
                            type,
                            switch (words[2]) {
                                case "any" -> List.of(AttachType.values());
                                case "other" -> List.of(AttachType.CGROUP_INET_INGRESS, AttachType.XDP);
                                default ->
                                    Arrays.stream(words[2].split("\\|"))
                                            .map(name -> AttachType.valueOf(name.toUpperCase(Locale.ROOT)))
                                            .toList();
                            }));
                    others.addAll(groups.getLast().attachTypes);
                }
                case "outside" -> {
                    Group group = groups.getLast();
                    group.bare |= group.end == 0;
                    addOutside(group, words);
                }
                default -> addField(groups.getLast(), words, patterns.get(words[2]));
            }
        }
        assertThat(groups).hasSizeGreaterThan(30);
        return groups;
    }

    private static void addField(Group group, String[] words, String[] pattern) {
        int offset = Integer.parseInt(words[0]);
        int size = Integer.parseInt(words[1]);
        group.end = Math.max(group.end, offset + size);
        for (int i = 0; i < 8; i++) {
            if (!pattern[i].equals("-")) {
                for (String range : pattern[i].split(",")) {
                    String[] ends = range.split("\\.\\.");
                    for (int at = Integer.parseInt(ends[0]); at <= Integer.parseInt(ends[ends.length - 1]); at++) {
                        group.accept(i >= 4, i & 3, offset + at);
                    }
                }
            }
        }
        if (!words[3].equals("-")) {
            group.kinds.put(offset << 4 | size, words[3]);
        }
    }

    private static void addOutside(Group group, String[] words) {
        int log = Integer.numberOfTrailingZeros(Integer.parseInt(words[2]));
        for (String part : words[3].split(",")) {
            String[] stepped = part.split("/");
            String[] ends = stepped[0].split("\\.\\.");
            int step = stepped.length > 1 ? Integer.parseInt(stepped[1]) : 1;
            for (int at = Integer.parseInt(ends[0]); at <= Integer.parseInt(ends[ends.length - 1]); at += step) {
                group.accept(words[1].equals("write"), log, at);
            }
        }
    }

    @Test
    void typesWithStructArgumentsHaveNoLayout() {
        assertThat(Contexts.of(ProgramType.TRACING, AttachType.TRACE_FENTRY)).isNull();
        assertThat(Contexts.of(ProgramType.STRUCT_OPS, null)).isNull();
        assertThat(Contexts.of(ProgramType.LSM, AttachType.LSM_MAC)).isNull();
    }

    @Test
    void socketsShowTheFieldsThatTheKernelShows() {
        assertThat(offsets(ObjectLayouts.SOCK_COMMON, 4))
                .containsExactly(0, 4, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 68, 72, 76);
        assertThat(offsets(ObjectLayouts.SOCK_COMMON, 2))
                .containsExactly(
                        4, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 48, 52, 54, 56, 58, 60, 62, 64, 66, 68, 70, 72,
                        76);
        assertThat(offsets(ObjectLayouts.SOCKET, 4))
                .containsExactly(0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 68, 72, 76);
        assertThat(offsets(ObjectLayouts.SOCKET, 8)).isEmpty();
        assertThat(offsets(ObjectLayouts.TCP_SOCK, 8)).containsExactly(80, 88);
        assertThat(offsets(ObjectLayouts.TCP_SOCK, 1)).isEmpty();
        assertThat(offsets(ObjectLayouts.FLOW_KEYS, 8)).hasSize(49);
        assertThat(ObjectLayouts.SOCKET.access(4, 4, true)).isNull();
        assertThat(ObjectLayouts.FLOW_KEYS.access(48, 8, true)).isNotNull();
    }

    private static List<Integer> offsets(ContextLayout layout, int size) {
        List<Integer> found = new ArrayList<>();
        for (int offset = -8; offset < layout.size() + 8; offset++) {
            if (layout.access(offset, size, false) != null) {
                found.add(offset);
            }
        }
        return found;
    }
}
