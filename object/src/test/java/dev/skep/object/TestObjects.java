package dev.skep.object;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfReader;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The compiled test sources. */
public final class TestObjects {
    private TestObjects() {}

    public static byte[] bytes(String name) {
        try (var in = TestObjects.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ObjectSpec read(String name) throws ObjectFormatException {
        return ObjectReader.read(name, bytes(name));
    }

    /** The types of an object, as the file has them. */
    public static Btf types(String name) throws ObjectFormatException {
        return BtfReader.read(
                name, ElfFile.read(name, bytes(name)).section(".BTF").bytes(), null);
    }
}
