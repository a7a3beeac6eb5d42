package dev.skep.verifier.call.arg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.call.Walks;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import org.junit.jupiter.api.Test;

/** What is remembered of a map's key. */
class MapArgsTest {
    private static final MapSpec ARRAY = MapSpec.of("m", MapType.ARRAY, 4, 8, 3);

    private static long constantKey(MapSpec map) {
        Walk w = Walks.of(ProgramType.XDP);
        Frame frame = w.state.frames.getFirst();
        frame.grow(1);
        frame.setSlot(0, StackSlot.ALL_ZERO);
        w.setReg(2, RegState.pointer(new RegType.Stack(0)).withOff(-4));
        CallMeta meta = new CallMeta("map_lookup_elem", 1);
        meta.map = map;
        MapArgs.key(w, 2, meta);
        return meta.constKey;
    }

    @Test
    void aConstantIndexIntoAnArrayIsRemembered() {
        assertThat(constantKey(ARRAY)).isEqualTo(0);
        assertThat(constantKey(MapSpec.of("h", MapType.HASH, 4, 8, 3))).isEqualTo(-1);
    }

    @Test
    void notIfAShorterArrayMayStandThereAtRunTime() {
        assertThat(constantKey(ARRAY.withFlags(MapSpec.F_INNER_MAP))).isEqualTo(-1);
    }
}
