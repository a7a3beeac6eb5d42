package dev.skep.runtime.helper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.KernelModels;
import dev.skep.runtime.kfunc.KfuncTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelperTableTest {
    private static final int TAIL_CALL = 12;

    /** Generated code calls these by name, from another module. */
    @Test
    void everyEntryIsAPublicStaticMethodOfAPublicClass() throws Exception {
        List<HelperEntry> all = new ArrayList<>(KfuncTable.all().values());
        for (int id = 0; id < HelperTable.SIZE; id++) {
            if (HelperTable.helper(id) != null) {
                all.add(HelperTable.helper(id));
            }
        }
        assertThat(all).hasSizeGreaterThan(100);
        MethodType type =
                MethodType.fromMethodDescriptorString(HelperEntry.DESCRIPTOR, HelperTableTest.class.getClassLoader());
        for (HelperEntry e : all) {
            assertThat(Modifier.isPublic(e.owner().getModifiers())).as(e.name()).isTrue();
            MethodHandles.publicLookup().findStatic(e.owner(), e.method(), type);
        }
    }

    @Test
    void implementsEveryHelperOfLinux() {
        for (int id = 1; id < HelperTable.SIZE; id++) {
            if (id == TAIL_CALL) {
                assertThat(HelperTable.helper(id)).as("the engines' own").isNull();
                continue;
            }
            assertThat(HelperTable.helper(id)).as("helper #%d", id).isNotNull();
            assertThat(HelperTable.helper(id).name())
                    .isEqualTo(KernelModels.shipped().helperName(id));
        }
    }
}
