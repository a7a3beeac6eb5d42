package dev.skep.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExtReader;
import dev.skep.object.btf.BtfReader;
import dev.skep.object.btf.TypePrinter;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files: nothing but {@link ObjectFormatException} may come out. Seeds are fixed, so a failure repeats. */
class ObjectFuzzTest {
    private static final long MILLIS = Integer.getInteger("skep.fuzz.millis", 600);

    private interface Parser {
        void parse(byte[] bytes) throws ObjectFormatException;
    }

    private static void mutate(byte[] bytes, Random random) {
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 ->
                    Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) (random.nextBoolean() ? -1 : 0));
                case 3 -> bytes[at] += (byte) (random.nextInt(9) - 4);
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(1 + random.nextInt(24), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
    }

    private static void fuzz(byte[] good, long seed, Parser parser) {
        Random random = new Random(seed);
        long end = System.nanoTime() + MILLIS * 1_000_000;
        int refused = 0;
        int rounds = 0;
        while (System.nanoTime() < end || rounds < 300) {
            byte[] bad = good.clone();
            mutate(bad, random);
            if (random.nextInt(20) == 0) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            }
            rounds++;
            try {
                parser.parse(bad);
            } catch (ObjectFormatException e) {
                assertThat(e.rule()).isNotEmpty();
                refused++;
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("seed " + seed + " round " + rounds, e);
            }
        }
        assertThat(refused).isBetween(1, rounds);
    }

    private static void readAndLink(byte[] bytes, Btf target) throws ObjectFormatException {
        ObjectSpec object = ObjectReader.read("bad.o", bytes);
        ObjectFormatException last = null;
        for (UnlinkedProgram program : object.programs()) {
            try {
                Linker.link(object, program, LinkOptions.of(target));
            } catch (ObjectFormatException e) {
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
    }

    @Test
    void damagedObjectsGiveFormatExceptions() throws ObjectFormatException {
        Btf target = TestObjects.types("core_target.o");
        fuzz(TestObjects.bytes("sample.o"), 1, bytes -> readAndLink(bytes, target));
    }

    @Test
    void damagedRelocationsGiveFormatExceptions() throws ObjectFormatException {
        Btf target = TestObjects.types("core_target.o");
        fuzz(TestObjects.bytes("core.o"), 2, bytes -> readAndLink(bytes, target));
    }

    @Test
    void damagedTargetsGiveFormatExceptions() throws ObjectFormatException {
        byte[] target = ElfFile.read("t", TestObjects.bytes("core_target.o"))
                .section(".BTF")
                .bytes();
        byte[] core = TestObjects.bytes("core.o");
        fuzz(target, 3, bytes -> readAndLink(core, BtfReader.read("bad", bytes, null)));
    }

    @Test
    void damagedTypesGiveFormatExceptions() throws ObjectFormatException {
        fuzz(ElfFile.read("t", TestObjects.bytes("sample.o")).section(".BTF").bytes(), 4, bytes -> {
            Btf btf = BtfReader.read("bad", bytes, null);
            for (int id = 0; id < btf.size(); id++) {
                TypePrinter.definition(btf, id);
                btf.sizeOf(id);
            }
        });
    }

    @Test
    void damagedExtensionsGiveFormatExceptions() throws ObjectFormatException {
        ElfFile file = ElfFile.read("t", TestObjects.bytes("sample.o"));
        Btf btf = BtfReader.read("t", file.section(".BTF").bytes(), null);
        fuzz(file.section(".BTF.ext").bytes(), 5, bytes -> BtfExtReader.read("bad", bytes, btf));
    }
}
