package dev.skep.object.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.TestObjects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ElfFileTest {
    @Test
    void readsSectionsSymbolsAndRelocations() throws ObjectFormatException {
        ElfFile file = ElfFile.read("sample.o", TestObjects.bytes("sample.o"));
        assertThat(file.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.section("xdp").isExecutable()).isTrue();
        assertThat(new String(file.section("license").bytes())).isEqualTo("GPL\0");
        assertThat(file.section(".bss").size()).isEqualTo(36);
        assertThat(file.section(".bss").bytes()).isEmpty();
        assertThat(file.symbols()).anySatisfy(s -> {
            assertThat(s.name()).isEqualTo("hidden_function");
            assertThat(s.isHidden()).isTrue();
        });
        assertThat(file.symbols()).anySatisfy(s -> {
            assertThat(s.name()).isEqualTo("task_gone");
            assertThat(s.isExtern()).isTrue();
            assertThat(s.binding()).isEqualTo(ElfSymbol.WEAK);
        });
        var relocation = file.relocations(file.section(".relxdp")).get(0);
        assertThat(file.symbols().get(relocation.symbol()).name()).isEqualTo("flows");
    }

    @Test
    void readsBigEndianFiles() throws ObjectFormatException {
        ElfFile file = ElfFile.read("core_be.o", TestObjects.bytes("core_be.o"));
        assertThat(file.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(file.section("socket").size())
                .isEqualTo(ElfFile.read("core.o", TestObjects.bytes("core.o"))
                        .section("socket")
                        .size());
    }

    @Test
    void rejectsOtherFiles() {
        rejects(new byte[0], "file must have an ELF header of 64 bytes: length=0");
        rejects(new byte[64], "offset 0x0: file must begin with the ELF magic");
        byte[] x86 = TestObjects.bytes("core.o");
        x86[18] = 62;
        rejects(x86, "offset 0x12: machine must be BPF (247): machine=62");
        byte[] executable = TestObjects.bytes("core.o");
        executable[16] = 2;
        rejects(executable, "offset 0x10: file must be relocatable: type=2");
    }

    @Test
    void rejectsFilesThatAreCutShort() {
        byte[] whole = TestObjects.bytes("core.o");
        for (int length = 0; length < whole.length; length += 13) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ElfFile.read("cut.o", cut)).isInstanceOf(ObjectFormatException.class);
        }
    }

    @Test
    void rejectsSectionsThatOverlap() throws ObjectFormatException {
        byte[] bytes = TestObjects.bytes("core.o");
        ElfFile file = ElfFile.read("core.o", bytes);
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) b.getLong(40);
        b.putLong(
                table + 64 * file.section(".BTF").index() + 24,
                file.section("socket").offset() + 8);
        rejects(bytes, "sections must not overlap");
    }

    @Test
    void rejectsNamesThatMultiply() {
        // 40,000 symbols that share one name of half the file's length.
        int names = 1 << 20;
        int count = 40_000;
        ByteBuffer b = ByteBuffer.allocate(64 + names + count * 24 + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
        b.put(0, TestObjects.bytes("core.o"), 0, 64);
        int symbols = 64 + names;
        int table = symbols + count * 24;
        b.putLong(40, table).putShort(60, (short) 3).putShort(62, (short) 1);
        Arrays.fill(b.array(), 65, 64 + names - 1, (byte) 'x');
        for (int i = 0; i < count; i++) {
            b.putInt(symbols + 24 * i, 1 + i);
        }
        section(b, table + 64, ElfSection.STRTAB, 64, names, 0, 0);
        section(b, table + 128, ElfSection.SYMTAB, symbols, count * 24, 1, 24);
        rejects(b.array(), "names together must not exceed 8 times the file");
    }

    private static void section(ByteBuffer b, int at, int type, int offset, int size, int link, int entry) {
        b.putInt(at + 4, type)
                .putLong(at + 24, offset)
                .putLong(at + 32, size)
                .putInt(at + 40, link)
                .putLong(at + 56, entry);
    }

    private static void rejects(byte[] bytes, String rule) {
        assertThatThrownBy(() -> ElfFile.read("bad.o", bytes))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessageContaining("bad.o: ")
                .hasMessageContaining(rule);
    }
}
