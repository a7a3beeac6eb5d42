package dev.skep.kernel.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.List;
import org.junit.jupiter.api.Test;

class BtfReducerTest {
    private final Btf full = new Btf(
            null,
            List.of(
                    new BtfType.FunctionProto(0, List.of()),
                    new BtfType.Function("btrfs_sync", 1, BtfType.Linkage.STATIC),
                    new BtfType.Int("int", 4, true, false, false, 0, 32),
                    new BtfType.Pointer(5),
                    new BtfType.Struct("file", false, 8, List.of(new BtfType.Member("next", 4, 0, 0))),
                    new BtfType.FunctionProto(3, List.of(new BtfType.Parameter("f", 4))),
                    new BtfType.Function("bpf_put_file", 6, BtfType.Linkage.STATIC),
                    new BtfType.DeclTag("bpf_kfunc", 7, -1),
                    new BtfType.DeclTag("bpf_kfunc", 2, -1)));

    @Test
    void dropsNoiseAndWhatOnlyNoiseUses() {
        Btf reduced = BtfReducer.reduce(full);
        assertThat(reduced.size()).isEqualTo(7);
        assertThat(reduced.find("btrfs_sync", BtfType.Function.class)).isNegative();
    }

    @Test
    void keepsReferencesWhole() {
        Btf reduced = BtfReducer.reduce(full);
        int put = reduced.find("bpf_put_file", BtfType.Function.class);
        BtfType.Function function = (BtfType.Function) reduced.type(put);
        BtfType.FunctionProto proto = (BtfType.FunctionProto) reduced.type(function.type());
        assertThat(reduced.type(proto.returnType()).name()).isEqualTo("int");
        assertThat(reduced.resolved(((BtfType.Pointer) reduced.type(
                                        proto.parameters().getFirst().type()))
                                .type())
                        .name())
                .isEqualTo("file");
        assertThat(reduced.declTags(put)).hasSize(1);
    }

    @Test
    void isStable() {
        Btf once = BtfReducer.reduce(full);
        Btf twice = BtfReducer.reduce(once);
        assertThat(twice.size()).isEqualTo(once.size());
        for (int id = 1; id < once.size(); id++) {
            assertThat(twice.type(id)).isEqualTo(once.type(id));
        }
    }
}
