package dev.skep.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelModelsTest {
    private final KernelModel shipped = KernelModels.shipped();

    @Test
    void shipsTypesThatProgramsCommonlyRead() {
        Btf btf = shipped.btf();
        for (String name : List.of(
                "task_struct",
                "sk_buff",
                "sock",
                "tcp_sock",
                "file",
                "inode",
                "dentry",
                "mm_struct",
                "cgroup",
                "net_device",
                "xdp_buff",
                "request",
                "bio",
                "linux_binprm",
                "pt_regs",
                "bpf_map",
                "bpf_prog",
                "seq_file",
                "path",
                "tcp_congestion_ops",
                "bpf_dummy_ops",
                "bpf_iter_meta",
                "bpf_iter__task",
                "nf_hook_state",
                "bpf_cpumask",
                "bpf_dynptr",
                "trace_event_raw_sys_enter")) {
            int id = btf.find(name, BtfType.Struct.class);
            assertThat(id).as(name).isPositive();
            assertThat(((BtfType.Struct) btf.type(id)).members()).as(name).isNotNull();
        }
        assertThat(btf.sizeOf(btf.find("task_struct", BtfType.Struct.class))).isGreaterThan(1000);
    }

    @Test
    void shipsHooksAndTargets() {
        Btf btf = shipped.btf();
        for (String name : List.of(
                "bpf_lsm_file_open",
                "bpf_lsm_socket_bind",
                "bpf_iter_task",
                "bpf_iter_tcp",
                "bpf_iter_bpf_map_elem",
                "do_unlinkat",
                "vfs_read",
                "tcp_v4_connect",
                "security_file_permission",
                "__x64_sys_getpgid",
                "bpf_fentry_test1",
                "tcp_rcv_established",
                "do_sys_openat2")) {
            assertThat(btf.find(name, BtfType.Function.class)).as(name).isPositive();
        }
        for (String name : List.of("btf_trace_sched_switch", "btf_trace_sys_enter", "btf_trace_kfree_skb")) {
            assertThat(btf.find(name, BtfType.Typedef.class)).as(name).isPositive();
        }
        assertThat(btf.find("runqueues", BtfType.Variable.class)).isPositive();
    }

    @Test
    void findsKernelFunctionsByTheShippedIds() {
        for (String name :
                List.of("bpf_task_acquire", "bpf_iter_num_new", "bpf_dynptr_from_skb", "bpf_rcu_read_lock")) {
            int id = shipped.btf().find(name, BtfType.Function.class);
            Kfunc kfunc = shipped.kfunc(id);
            assertThat(kfunc).as(name).isSameAs(shipped.kfunc(name)).isNotNull();
        }
        assertThat(shipped.kfunc(shipped.btf().find("vfs_read", BtfType.Function.class)))
                .isNull();
    }

    @Test
    void everyReferenceLeadsToAType() {
        Btf btf = shipped.btf();
        for (int id = 1; id < btf.size(); id++) {
            if (btf.type(id) instanceof BtfType.Function f) {
                assertThat(btf.type(f.type())).as(f.name()).isInstanceOf(BtfType.FunctionProto.class);
            }
        }
    }

    @Test
    void staysSmall() throws IOException {
        try (InputStream in = KernelModels.class.getResourceAsStream("linux-6.18-x86_64.btf.gz")) {
            assertThat(in.readAllBytes().length).isLessThan(1_500_000);
        }
    }

    @Test
    void readsTheNumberOfPossibleCpus() {
        assertThat(KernelModels.parseCpus("0-3\n")).isEqualTo(4);
        assertThat(KernelModels.parseCpus("0\n")).isEqualTo(1);
        assertThat(KernelModels.parseCpus("0,2-7")).isEqualTo(8);
        assertThat(KernelModels.parseCpus("all")).isEqualTo(2);
    }
}
