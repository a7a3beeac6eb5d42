package dev.skep.object.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.TestObjects;
import dev.skep.object.btf.BtfType.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypePrinterTest {
    private static final Btf TYPES = new Btf(
            null,
            List.of(
                    new BtfType.Int("char", 1, true, true, false, 0, 8),
                    new BtfType.Const(1),
                    new BtfType.Pointer(2),
                    new BtfType.Const(3),
                    new BtfType.FunctionProto(1, List.of(new Parameter("p", 3), new Parameter("", 0))),
                    new BtfType.Pointer(5),
                    new BtfType.Array(6, 1, 4),
                    new BtfType.Pointer(7),
                    new BtfType.Pointer(0),
                    new BtfType.FunctionProto(9, List.of())));

    @Test
    void writesDeclarationsAsC() {
        assertThat(TypePrinter.name(TYPES, 0)).isEqualTo("void");
        assertThat(TypePrinter.name(TYPES, 3)).isEqualTo("const char *");
        assertThat(TypePrinter.declaration(TYPES, 4, "s")).isEqualTo("const char *const s");
        assertThat(TypePrinter.name(TYPES, 6)).isEqualTo("char (*)(const char *p, ...)");
        assertThat(TypePrinter.declaration(TYPES, 7, "table")).isEqualTo("char (*table[4])(const char *p, ...)");
        assertThat(TypePrinter.declaration(TYPES, 8, "t")).isEqualTo("char (*(*t)[4])(const char *p, ...)");
        assertThat(TypePrinter.declaration(TYPES, 10, "f")).isEqualTo("void *f(void)");
    }

    @Test
    void writesDefinitions() throws ObjectFormatException {
        Btf btf = TestObjects.types("core_target.o");
        assertThat(TypePrinter.definition(btf, btf.find("same", BtfType.Struct.class)))
                .isEqualTo("""
                    struct same {
                        int extra; // 0
                        int a; // 4
                        struct point *p; // 8
                    }; // size 16\
                    """);
        assertThat(TypePrinter.definition(btf, btf.find("color", BtfType.Enum.class)))
                .isEqualTo("""
                    enum color {
                        BLUE = 0,
                        GREEN = 9,
                    };\
                    """);
        assertThat(TypePrinter.definition(btf, btf.find("callback", BtfType.Typedef.class)))
                .isEqualTo("typedef int (*callback)(struct point *, u32);");
    }

    @Test
    void endsDeepTypesInDots() {
        List<BtfType> chain = new java.util.ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            chain.add(new BtfType.Pointer(i % 100 + 1));
        }
        assertThat(TypePrinter.name(new Btf(null, chain), 1)).startsWith("... *");
    }
}
