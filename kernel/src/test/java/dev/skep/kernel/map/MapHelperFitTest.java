package dev.skep.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.TableLines;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MapHelperFitTest {
    @Test
    void answersAsObserved() {
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (String line : TableLines.of(MapHelperFitTest.class, "helper-maps.txt")) {
            String[] words = line.split(" ");
            int id = Integer.parseInt(words[0]);
            for (int column = 1; column <= 2; column++) {
                for (String name : words[column].split(",")) {
                    if (!name.equals("-")) {
                        MapType type = MapType.valueOf(name.toUpperCase(Locale.ROOT));
                        checked++;
                        if (MapHelperFit.fits(type, id) != (column == 1)) {
                            wrong.add(type + " " + id);
                        }
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(800);
        assertThat(wrong).isEmpty();
    }

    @Test
    void updatesSocketMapsOnlyWhereTheSocketIsNotLocked() {
        assertThat(MapHelperFit.mayUpdateSockMap(ProgramType.SCHED_CLS, null, 2))
                .isTrue();
        assertThat(MapHelperFit.mayUpdateSockMap(ProgramType.SOCK_OPS, AttachType.CGROUP_SOCK_OPS, 2))
                .isFalse();
        assertThat(MapHelperFit.mayUpdateSockMap(ProgramType.SOCK_OPS, AttachType.CGROUP_SOCK_OPS, 3))
                .isTrue();
        assertThat(MapHelperFit.mayUpdateSockMap(ProgramType.KPROBE, null, 2)).isFalse();
    }
}
