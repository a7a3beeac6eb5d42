package dev.skep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    private static final Path OBJECT = Repository.example("tcp-options/tcp_options.bpf.o");
    private static final Path CAPTURE = Repository.example("tcp-options/web.pcap");

    @TempDir
    Path temp;

    private record Outcome(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Outcome skep(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(
                Arrays.stream(args).map(Object::toString).toArray(String[]::new),
                new PrintWriter(out),
                new PrintWriter(err));
        return new Outcome(status, out.toString(), err.toString());
    }

    @Test
    void printsVeristatsColumnsAsCsv() {
        Outcome o = skep("verify", "-o", "csv", OBJECT);
        assertThat(o.status()).isZero();
        assertThat(o.lines().getFirst())
                .isEqualTo("file_name,prog_name,verdict,duration,total_insns,total_states,peak_states");
        assertThat(o.lines().get(1)).matches("tcp_options\\.bpf\\.o,tcp_options,success,\\d+,9103,407,102");
    }

    @Test
    void judgesAsForALoaderWithoutCapabilities() {
        Outcome o = skep("verify", "--unprivileged", OBJECT);
        assertThat(o.status()).isEqualTo(1);
        assertThat(o.out()).contains("programs of this type need CAP_BPF: type=xdp");
    }

    @Test
    void verifiesAnObjectNamedTwiceTwice() {
        assertThat(skep("verify", "-o", "csv", OBJECT, OBJECT).lines()).hasSize(3);
    }

    @Test
    void printsLinuxLogOfOneProgram() {
        Outcome o = skep("verify", "-l", "2", "-p", "tcp_options", OBJECT);
        assertThat(o.out())
                .contains("0: R1=ctx() R10=fp0", "call bpf_ringbuf_submit_dynptr#199", "processed 9103 insns");
    }

    @Test
    void namesTheFeaturesThereAreWhenOneIsUnknown() {
        String known = "unknown feature: name=heap-dynptr known=malloc-dynptr, stack-dynptr, ";
        for (Outcome o : List.of(
                skep("verify", "--features", "malloc-dynptr,heap-dynptr", OBJECT),
                skep("run", "--features", "heap-dynptr", OBJECT, CAPTURE))) {
            assertThat(o.status()).isEqualTo(2);
            assertThat(o.out()).isEmpty();
            assertThat(o.err()).contains(known);
        }
    }

    @Test
    void namesTheFeatureThatAProgramNeeds() {
        Path object = Repository.example("malloc-dynptr/malloc_dynptr.bpf.o");
        assertThat(skep("verify", object).out())
                .contains("calling kernel function bpf_dynptr_alloc is not allowed without --features malloc-dynptr");
        assertThat(skep("verify", "--features", "stack-dynptr", object).status())
                .isEqualTo(1);
        assertThat(skep("verify", "--features", "malloc-dynptr,stack-dynptr", object)
                        .status())
                .isZero();
    }

    @Test
    void namesThoseThereAreWhenAProgramIsMissing() {
        Outcome o = skep("verify", "-p", "nope", OBJECT);
        assertThat(o.status()).isEqualTo(2);
        assertThat(o.err()).contains("no such program: name=nope", "tcp_options");
    }

    @Test
    void saysWhichEngineAnAcceptedProgramRunsIn() {
        assertThat(skep("verify", "-v", OBJECT).out())
                .containsPattern(
                        "tcp_options: generated code: \\d+ methods, [\\d,]+ bytes, largest [\\d,]+ of 7,999 that"
                                + " HotSpot compiles");
        assertThat(skep("verify", OBJECT).out()).doesNotContain("generated code");
    }

    @Test
    void replaysACaptureAndDecodesRecords() {
        Outcome o = skep("run", OBJECT, CAPTURE, "-o", "json");
        assertThat(o.status()).isZero();
        assertThat(o.lines()).hasSize(840);
        assertThat(o.lines().getFirst()).startsWith("{\"ring\":\"events\",\"packet\":1,\"version\":4,\"is_ack\":0,");
    }

    @Test
    void summarisesActionsAndStopsAtTheLimit() {
        Outcome o = skep("run", OBJECT, CAPTURE, "-n", "100", "--engine", "interpreter");
        assertThat(o.out()).contains("accepted by the verifier", "100 packets (XDP_PASS 100), ");
    }

    @Test
    void writesPacketsAsTheProgramLeftThem() throws Exception {
        Path out = temp.resolve("after.pcap");
        assertThat(skep("run", OBJECT, CAPTURE, "--out", out).status()).isZero();
        var before = dev.skep.runtime.capture.CaptureReader.readAll("web.pcap", Files.readAllBytes(CAPTURE));
        var after = dev.skep.runtime.capture.CaptureReader.readAll("after.pcap", Files.readAllBytes(out));
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).data()).isEqualTo(before.get(i).data());
            assertThat(after.get(i).timestampNanos()).isEqualTo(before.get(i).timestampNanos());
        }
    }

    @Test
    void timesAProgramOnOnePacket() throws Exception {
        Path packet = temp.resolve("packet.bin");
        Files.write(packet, new byte[64]);
        Path after = temp.resolve("after.bin");
        Outcome o = skep(
                "run",
                OBJECT,
                "-p",
                "tcp_options",
                "--data",
                packet,
                "--repeat",
                "10",
                "--data-out",
                after,
                "--engine",
                "interpreter");
        assertThat(o.out()).matches("Return value: 2, duration \\(average\\): \\d+ns\\s+");
        assertThat(Files.readAllBytes(after)).hasSize(64);
    }

    @Test
    void dumpsInstructionsUnderTheirSourceLines() {
        assertThat(skep("dump", OBJECT).out())
                .contains(
                        "; int tcp_options(struct xdp_md *ctx) @ tcp_options.bpf.c:",
                        "call bpf_dynptr_from_xdp#",
                        "(95) exit");
    }

    @Test
    void inspectsProgramsMapsAndGlobals() {
        assertThat(skep("inspect", OBJECT).out())
                .contains("tcp_options", "ringbuf", "option_kinds", "segments", ".bss");
    }

    @Test
    void runsConformancePrograms() {
        // r0 = *(u32 *)(r1 + 0); exit
        String load = "6110000000000000" + "9500000000000000";
        assertThat(skep("conformance-plugin", "--program", load, "78 56 34 12").out())
                .isEqualTo("12345678\n");
        assertThat(skep("conformance-plugin", "--unverified", "--program", load, "78563412")
                        .out())
                .isEqualTo("12345678\n");
    }

    @Test
    void refusesUnsafeConformancePrograms() {
        String wild = "6110080000000000" + "9500000000000000";
        Outcome o = skep("conformance-plugin", "--program", wild, "78563412");
        assertThat(o.status()).isEqualTo(1);
        assertThat(o.err()).contains("outside of the allowed memory range");
        String nowhere = "b701000000000000" + "6110000000000000" + "9500000000000000";
        Outcome slab = skep("conformance-plugin", "--unverified", "--program", nowhere);
        assertThat(slab.status()).isEqualTo(1);
        assertThat(slab.err()).contains("address must be in program memory");
    }

    @Test
    void answersAnyDamagedObjectWithOneLine() throws Exception {
        byte[] good = Files.readAllBytes(OBJECT);
        Random random = new Random(42);
        for (int i = 0; i < 150; i++) {
            byte[] bad = i % 3 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int k = 0; k < 1 + random.nextInt(8) && bad.length > 0; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Path file = temp.resolve("bad.o");
            Files.write(file, bad);
            for (String command : new String[] {"verify", "inspect", "dump"}) {
                Outcome o = skep(command, file);
                assertThat(o.status()).isBetween(0, 2);
                assertThat(o.err() + o.out()).as("round %d %s", i, command).doesNotContain("internal error");
                assertThat(o.err().lines().count()).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void answersADamagedCaptureWithTheRecordNumber() throws Exception {
        byte[] capture = Files.readAllBytes(CAPTURE);
        Path file = temp.resolve("cut.pcap");
        Files.write(file, Arrays.copyOf(capture, 1000));
        Outcome o = skep("run", OBJECT, file);
        assertThat(o.status()).isEqualTo(2);
        assertThat(o.err()).contains("cut.pcap", "record");
        assertThat(skep("run", OBJECT, temp.resolve("absent.pcap")).err()).contains("no such file");
    }
}
