package dev.skep.object.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.TestObjects;
import dev.skep.object.btf.BtfType.Enumerator;
import dev.skep.object.btf.BtfType.Linkage;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.elf.ElfFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BtfReaderTest {
    /** One type of every kind. */
    private static final List<BtfType> ALL = List.of(
            new BtfType.Int("int", 4, true, false, false, 0, 32),
            new BtfType.Pointer(1),
            new BtfType.Array(1, 1, 7),
            new BtfType.Struct("s", false, 12, List.of(new Member("a", 1, 0, 0), new Member("b", 1, 32, 5))),
            new BtfType.Struct("u", true, 8, List.of(new Member("", 4, 0, 0))),
            new BtfType.Enum("e", 4, true, false, List.of(new Enumerator("MINUS", -1), new Enumerator("ONE", 1))),
            new BtfType.Enum("w", 8, false, true, List.of(new Enumerator("BIG", 0x123456789aL))),
            new BtfType.Forward("f", true),
            new BtfType.Typedef("t", 4),
            new BtfType.Volatile(9),
            new BtfType.Const(10),
            new BtfType.Restrict(2),
            new BtfType.FunctionProto(0, List.of(new BtfType.Parameter("x", 2), new BtfType.Parameter("", 0))),
            new BtfType.Function("fn", 13, Linkage.GLOBAL),
            new BtfType.Variable("v", 4, Linkage.STATIC),
            new BtfType.DataSection(".data", 12, List.of(new BtfType.SectionVariable(15, 0, 12))),
            new BtfType.Float("double", 8),
            new BtfType.DeclTag("tag", 4, 1),
            new BtfType.TypeTag("user", 1));

    private static Btf read(byte[] bytes) throws ObjectFormatException {
        return BtfReader.read("t", bytes, null);
    }

    private static List<BtfType> types(Btf btf) {
        List<BtfType> out = new ArrayList<>();
        for (int id = btf.firstId(); id < btf.size(); id++) {
            out.add(btf.type(id));
        }
        return out;
    }

    @Test
    void readsWhatItWrote() throws ObjectFormatException {
        Btf btf = read(BtfWriter.write(new Btf(null, ALL)));
        assertThat(types(btf)).isEqualTo(ALL);
        assertThat(btf.find("s", BtfType.Struct.class)).isEqualTo(4);
        assertThat(btf.find("s", BtfType.Enum.class)).isEqualTo(-1);
        assertThat(btf.declTags(4)).containsExactly(new BtfType.DeclTag("tag", 4, 1));
        assertThat(btf.type(20)).isNull();
    }

    @Test
    void readsSplitTypesOnTheirBase() throws ObjectFormatException {
        Btf base = read(BtfWriter.write(new Btf(null, ALL)));
        List<BtfType> more =
                List.of(new BtfType.Pointer(4), new BtfType.Typedef("s", 20), new BtfType.Typedef("int", 1));
        Btf split = BtfReader.read("split", BtfWriter.write(new Btf(base, more)), base);
        assertThat(split.firstId()).isEqualTo(20);
        assertThat(types(split)).isEqualTo(more);
        assertThat(split.find("s", BtfType.Struct.class)).isEqualTo(4);
        assertThat(split.findAll("s")).containsExactly(4, 21);
    }

    @Test
    void findsFlavorsUnderTheirPlainName() throws ObjectFormatException {
        Btf btf = read(BtfWriter.write(new Btf(
                null,
                List.of(
                        new BtfType.Struct("task", false, 0, List.of()),
                        new BtfType.Struct("task___old", false, 0, List.of()),
                        new BtfType.Struct("task____x", false, 0, List.of())))));
        assertThat(btf.findFlavors("task")).containsExactly(1, 2);
        assertThat(btf.find("task___old", BtfType.Struct.class)).isEqualTo(2);
        assertThat(Btf.essentialName("a___b___c")).isEqualTo("a___b");
        assertThat(Btf.essentialName("___x")).isEqualTo("___x");
    }

    @Test
    void readsBigEndianTypes() throws ObjectFormatException {
        ElfFile file = ElfFile.read("be", TestObjects.bytes("core_be.o"));
        assertThat(types(read(file.section(".BTF").bytes()))).isEqualTo(types(TestObjects.types("core.o")));
    }

    @Test
    void rejectsTypesThatContainThemselves() {
        rejects(
                List.of(new BtfType.Typedef("a", 2), new BtfType.Typedef("b", 1)),
                "type must not contain itself: id=1");
        rejects(
                List.of(
                        new BtfType.Struct("s", false, 8, List.of(new Member("m", 2, 0, 0))),
                        new BtfType.Array(1, 1, 2)),
                "type must not contain itself");
    }

    @Test
    void acceptsStructsThatPointToThemselves() throws ObjectFormatException {
        Btf btf = read(BtfWriter.write(new Btf(
                null,
                List.of(
                        new BtfType.Struct("s", false, 8, List.of(new Member("next", 2, 0, 0))),
                        new BtfType.Pointer(1)))));
        assertThat(btf.sizeOf(1)).isEqualTo(8);
    }

    @Test
    void rejectsDanglingIdsAndMembersOutsideTheirStruct() {
        rejects(List.of(new BtfType.Pointer(2)), "type id must exist: id=2");
        rejects(
                List.of(ALL.get(0), new BtfType.Struct("s", false, 4, List.of(new Member("m", 1, 64, 0)))),
                "member must lie in its struct: offset=64");
    }

    @Test
    void rejectsDamagedHeaders() {
        byte[] good = BtfWriter.write(new Btf(null, ALL));
        damage(good, 0, 7, "BTF must begin with the magic 0xeb9f: magic=7");
        damage(good, 4, 1 << 30, "header must lie in the section");
        damage(good, 12, 1 << 30, "types must lie in the section");
        damage(good, 20, -1, "strings must lie in the section");
        damage(good, 24 + 4, 31 << 24, "kind must be known: kind=31");
        damage(good, 24, 1 << 20, "name must lie in the strings");
    }

    private static void damage(byte[] good, int at, int value, String rule) {
        byte[] bad = good.clone();
        ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        assertThatThrownBy(() -> read(bad))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessageContaining(rule);
    }

    private static void rejects(List<BtfType> types, String rule) {
        byte[] bytes = BtfWriter.write(new Btf(null, types));
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessageContaining("t: section .BTF: ")
                .hasMessageContaining(rule);
    }
}
