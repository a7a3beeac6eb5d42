package dev.skep.runtime.kfunc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.TestRun;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import org.junit.jupiter.api.Test;

class KernelViewTest {
    private static final KernelModel KERNEL = KernelModels.shipped();

    private static long offset(String struct, String field) {
        Btf types = KERNEL.btf();
        return offset(types, types.find(struct, BtfType.Struct.class), field);
    }

    private static long offset(Btf types, int id, String field) {
        if (types.resolved(id) instanceof BtfType.Struct s) {
            for (BtfType.Member m : s.members()) {
                long inner = m.name().isEmpty() ? offset(types, m.type(), field) : -1;
                if (m.name().equals(field) || inner >= 0) {
                    return m.offsetBits() / 8 + Math.max(inner, 0);
                }
            }
        }
        return -1;
    }

    @Test
    void showsAPacketAsTheKernelsStructs() {
        try (Machine machine = Machine.create(
                MachineOptions.defaults().withSlabSize(64 << 20).withTypes(MachineOptions.SpecialFields.of(KERNEL)))) {
            var m = machine.slab().memory();
            SkbBuffer skb = machine.newSkbBuffer();
            skb.load(new byte[100], true);
            TestRun.in(machine, ProgramType.SCHED_CLS, skb, cx -> {
                long view = SectionKfuncs.kernelContext(cx, skb.context(), 0, 0, 0, 0);
                assertThat(view).isNotEqualTo(skb.context());
                assertThat(SlabAccess.load32(m, view + offset("sk_buff", "len")))
                        .isEqualTo(100);
                assertThat(SlabAccess.load64(m, view + offset("sk_buff", "data")))
                        .isEqualTo(skb.data());
                long device = SlabAccess.load64(m, view + offset("sk_buff", "dev"));
                assertThat(SlabAccess.load32(m, device + offset("net_device", "ifindex")))
                        .isEqualTo(1);
                assertThat(SlabAccess.load16(m, device + offset("net_device", "name")))
                        .isEqualTo('l' | 'o' << 8);
            });
            XdpBuffer xdp = machine.newXdpBuffer();
            xdp.load(new byte[64]);
            TestRun.in(machine, ProgramType.XDP, xdp, cx -> {
                long view = SectionKfuncs.kernelContext(cx, xdp.context(), 0, 0, 0, 0);
                assertThat(SlabAccess.load64(m, view + offset("xdp_buff", "data_end")))
                        .isEqualTo(xdp.dataEnd());
            });
        }
    }
}
