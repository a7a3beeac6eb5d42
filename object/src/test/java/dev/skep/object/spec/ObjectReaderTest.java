package dev.skep.object.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.TestObjects;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectReaderTest {
    private ObjectSpec sample;

    @BeforeEach
    void read() throws ObjectFormatException {
        sample = TestObjects.read("sample.o");
    }

    @Test
    void listsProgramsBySectionAndPlace() {
        assertThat(sample.programs())
                .extracting(UnlinkedProgram::name)
                .containsExactly("drop", "pass", "sum", "thrower", "symbols", "late", "unknown", "machine_start");
        assertThat(sample.license()).isEqualTo("GPL");
    }

    @Test
    void readsTypesFromSectionNames() {
        UnlinkedProgram drop = sample.program("drop");
        assertThat(drop.type()).isEqualTo(ProgramType.XDP);
        assertThat(drop.attachType()).isEqualTo(AttachType.XDP);
        assertThat(drop.flags()).isEqualTo(ProgramSpec.F_XDP_HAS_FRAGS);
        UnlinkedProgram sum = sample.program("sum");
        assertThat(sum.autoload()).isFalse();
        assertThat(sum.section()).isEqualTo("tc");
        UnlinkedProgram late = sample.program("late");
        assertThat(late.attachTarget()).isEqualTo("do_work");
        assertThat(late.flags()).isEqualTo(ProgramSpec.F_SLEEPABLE);
        assertThat(sample.program("unknown").type()).isEqualTo(ProgramType.UNSPEC);
        assertThat(sample.program("machine_start").attachTarget()).isEqualTo("start");
    }

    @Test
    void matchesSectionNamesWholeOrWithATarget() {
        assertThat(SectionNames.meaning("xdp/eth0").type()).isEqualTo(ProgramType.UNSPEC);
        assertThat(SectionNames.meaning("kprobe").type()).isEqualTo(ProgramType.KPROBE);
        assertThat(SectionNames.meaning("kprobe.multi/x*").attachType()).isEqualTo(AttachType.TRACE_KPROBE_MULTI);
        assertThat(SectionNames.meaning("kprobes/x").type()).isEqualTo(ProgramType.UNSPEC);
        assertThat(SectionNames.meaning("cgroup/connect6").attachType()).isEqualTo(AttachType.CGROUP_INET6_CONNECT);
        assertThat(SectionNames.meaning("netkit/peer").attachType()).isEqualTo(AttachType.NETKIT_PEER);
        assertThat(SectionNames.meaning("iter.s/task").flags()).isEqualTo(ProgramSpec.F_SLEEPABLE);
    }

    @Test
    void readsDeclaredMaps() {
        MapSpec flows = sample.map("flows");
        assertThat(flows.type()).isEqualTo(MapType.HASH);
        assertThat(flows.keySize()).isEqualTo(8);
        assertThat(flows.valueSize()).isEqualTo(16);
        assertThat(flows.maxEntries()).isEqualTo(1024);
        assertThat(flows.flags()).isEqualTo(MapSpec.F_NO_PREALLOC);
        assertThat(flows.btf().type(flows.keyTypeId()).name()).isEqualTo("key");
        MapSpec pinned = sample.map("pinned");
        assertThat(pinned.pinning()).isEqualTo(1);
        assertThat(pinned.numaNode()).isEqualTo(3);
        assertThat(pinned.mapExtra()).isEqualTo(0x100000007L);
        assertThat(sample.map("events").maxEntries()).as("rounded up to pages").isEqualTo(8192);
    }

    @Test
    void readsDeclaredValues() {
        MapSpec outer = sample.map("outer");
        assertThat(outer.slots()).containsExactly("inner_one", "", "inner_two");
        assertThat(outer.valueSize()).isEqualTo(4);
        assertThat(outer.inner().type()).isEqualTo(MapType.ARRAY);
        assertThat(outer.inner().maxEntries()).isEqualTo(4);
        assertThat(sample.map("jumps").slots()).containsExactly("", "drop");
    }

    @Test
    void makesMapsOfGlobalData() {
        MapSpec rodata = sample.map(".rodata");
        assertThat(rodata.contents()).containsExactly(7, 0, 0, 0);
        assertThat(rodata.frozen()).isTrue();
        assertThat(rodata.flags()).isEqualTo(MapSpec.F_RDONLY_PROG | MapSpec.F_MMAPABLE);
        assertThat(sample.map(".data").frozen()).isFalse();
        assertThat(sample.map(".rodata.text").contents()).startsWith('h', 'e');
        MapSpec bss = sample.map(".bss");
        assertThat(bss.valueSize()).isEqualTo(36);
        assertThat(bss.contents()).isEmpty();
        assertThat(sample.map(".kconfig").valueSize()).isEqualTo(21);
    }

    @Test
    void completesDataSections() {
        var section = (BtfType.DataSection) sample.btf().type(sample.map(".bss").valueTypeId());
        assertThat(section.size()).isEqualTo(36);
        assertThat(section.variables())
                .extracting(BtfType.SectionVariable::offset)
                .containsExactly(0, 32);
        var hidden =
                (BtfType.Variable) sample.btf().type(section.variables().get(1).type());
        assertThat(hidden.name()).isEqualTo("hidden_bss");
        assertThat(hidden.linkage()).isEqualTo(BtfType.Linkage.STATIC);
        int function = sample.btf().find("hidden_function", BtfType.Function.class);
        assertThat(((BtfType.Function) sample.btf().type(function)).linkage()).isEqualTo(BtfType.Linkage.STATIC);
    }

    @Test
    void readsStructOps() {
        MapSpec machine = sample.map("machine");
        assertThat(machine.type()).isEqualTo(MapType.STRUCT_OPS);
        assertThat(machine.structOpsTypeName()).isEqualTo("machine_ops");
        assertThat(machine.slots()).containsExactly("machine_start", "", "");
        assertThat(machine.flags()).isEqualTo(MapSpec.F_LINK);
        assertThat(machine.contents()[16]).isEqualTo((byte) 9);
    }

    @Test
    void ordersExternsAsTheirNumbersAreUsedInMessages() {
        assertThat(sample.externs())
                .extracting(ExternSpec::name)
                .containsExactly(
                        "CONFIG_HZ",
                        "LINUX_KERNEL_VERSION",
                        "CONFIG_MISSING",
                        "CONFIG_NAME",
                        "cpu_number",
                        "no_such_variable",
                        "plain_symbol",
                        "task_get___flavor",
                        "task_gone");
        assertThat(sample.externs().get(3).offset()).isEqualTo(9);
    }

    @Test
    void readsBigEndianObjectsAlike() throws ObjectFormatException {
        ObjectSpec big = TestObjects.read("core_be.o");
        assertThat(big.isBigEndian()).isTrue();
        assertThat(big.programs()).isEqualTo(TestObjects.read("core.o").programs());
        assertThatThrownBy(() -> Linker.link(big, big.program("fields"), LinkOptions.of(null)))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessageContaining("program must be little-endian to be linked");
    }

    @Test
    void rejectsLegacyMaps() {
        assertThatThrownBy(() -> TestObjects.read("legacy.o"))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessage("legacy.o: section maps: maps must be declared in .maps with BTF: the legacy form is gone");
    }
}
