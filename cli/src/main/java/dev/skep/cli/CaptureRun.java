package dev.skep.cli;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.RejectedException;
import dev.skep.Skep;
import dev.skep.XdpResult;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.capture.CaptureReader;
import dev.skep.runtime.capture.CaptureRecord;
import dev.skep.runtime.capture.CaptureWriter;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.packet.XdpBuffer;
import dev.skep.runtime.ring.RecordHandler;
import dev.skep.runtime.ring.RingBuffer;
import dev.skep.verifier.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One program on every packet of a capture: records printed as they come, packets written back if asked for, a summary
 * at the end.
 */
final class CaptureRun {
    private static final int PROGRESS_EVERY = 1024;

    private final RunCommand options;
    private final UnlinkedProgram program;
    private final PrintWriter out;
    private final long[] commonCodes = new long[256];
    private final Map<Integer, Long> otherCodes = new TreeMap<>();
    private long packets;
    private long records;
    private long skipped;
    private String timeline = "";

    CaptureRun(RunCommand options, UnlinkedProgram program) {
        this.options = options;
        this.program = program;
        this.out = options.command.commandLine().getOut();
    }

    int run() throws ObjectFormatException, RejectedException, IOException {
        if (options.engine == RunCommand.Engine.KERNEL) {
            throw new CommandFault("--engine kernel runs on --data FILE, not on a capture");
        }
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(
                        options.object,
                        o -> o.programs(program.name())
                                .engine(options.engine == RunCommand.Engine.JIT ? Engine.JIT : Engine.INTERPRETER)
                                .features(options.chosenFeatures()));
                PacketRunner runner = PacketRunner.of(object, program.name());
                Arena arena = Arena.ofConfined();
                CaptureWriter writer = writer(options.out)) {
            announce(object);
            CaptureReader reader =
                    CaptureReader.open(options.capture.getFileName().toString(), map(options.capture, arena));
            long start = System.nanoTime();
            replay(object, runner, reader, writer);
            summary(System.nanoTime() - start);
        }
        return Main.OK;
    }

    private static MemorySegment map(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    private static CaptureWriter writer(Path path) throws IOException {
        if (path == null) {
            return null;
        }
        boolean ng = path.toString().endsWith(".pcapng");
        return new CaptureWriter(
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE),
                ng ? CaptureWriter.Format.PCAPNG : CaptureWriter.Format.PCAP);
    }

    private void announce(BpfObject object) {
        if (options.format == RunCommand.Format.JSON) {
            return;
        }
        Verdict.Accepted verdict = object.verdict(program.name());
        out.printf(
                Locale.ROOT,
                "%s: %s, %d instructions, accepted by the verifier (%d processed, %.1f ms)%n%n",
                program.name(),
                verdict.program().spec().type().kernelName(),
                verdict.program().spec().code().size(),
                verdict.statistics().processed(),
                verdict.statistics().micros() / 1000.0);
    }

    private void replay(BpfObject object, PacketRunner runner, CaptureReader reader, CaptureWriter writer)
            throws ObjectFormatException, IOException {
        RecordWriter print = new RecordWriter(out, options.format == RunCommand.Format.JSON);
        List<Ring> rings = new ArrayList<>();
        for (String name : object.maps()) {
            if (object.rawMap(name) instanceof RingBufferMap map) {
                int type = object.ringBuffer(name).recordType();
                Btf btf = object.file().spec().btf();
                rings.add(new Ring(map.ring(), r -> {
                    print.record(name, packets, btf, type, r);
                    return 0;
                }));
            }
        }
        try (ReplayProgress progress = new ReplayProgress(options.timeline)) {
            replay(runner, reader, rings.toArray(Ring[]::new), writer, progress);
            timeline = progress.timeline();
        } finally {
            print.flush();
        }
    }

    /** A ring and what prints its records. */
    private record Ring(RingBuffer buffer, RecordHandler handler) {}

    /** The loop. Each step is a method of its own, so that HotSpot compiles it without waiting for the loop's end. */
    private void replay(
            PacketRunner runner, CaptureReader reader, Ring[] rings, CaptureWriter writer, ReplayProgress progress)
            throws ObjectFormatException, IOException {
        while (packets < options.limit && reader.advance()) {
            if (isPacket(reader)) {
                packets++;
                step(runner, reader, rings, writer);
            } else {
                skipped++;
            }
            if ((packets & PROGRESS_EVERY - 1) == 1) {
                progress.reached(packets);
            }
        }
    }

    private static boolean isPacket(CaptureReader reader) {
        int length = reader.length();
        return reader.linkType() == CaptureRecord.ETHERNET && length <= XdpBuffer.MAX_LENGTH && length >= 14;
    }

    /** One packet: in, run, records, out. Allocates nothing when there is no record to print. */
    private void step(PacketRunner runner, CaptureReader reader, Ring[] rings, CaptureWriter writer)
            throws IOException {
        runner.load(reader.file(), reader.offset(), reader.length());
        count(runner.run());
        for (Ring ring : rings) {
            if (ring.buffer.available() != 0) {
                records += ring.buffer.consume(ring.handler);
            }
        }
        if (writer != null) {
            writer.write(reader.timestampNanos(), runner.buffer());
        }
    }

    private void count(int code) {
        if (code >= 0 && code < commonCodes.length) {
            commonCodes[code]++;
        } else {
            otherCodes.merge(code, 1L, Long::sum);
        }
    }

    private void summary(long nanos) {
        if (options.format == RunCommand.Format.JSON) {
            return;
        }
        StringBuilder actions = new StringBuilder();
        Map<Integer, Long> codes = new TreeMap<>(otherCodes);
        for (int i = 0; i < commonCodes.length; i++) {
            if (commonCodes[i] > 0) {
                codes.put(i, commonCodes[i]);
            }
        }
        codes.forEach((code, count) -> actions.append(actions.isEmpty() ? "" : ", ")
                .append(name(code))
                .append(' ')
                .append(count));
        double seconds = nanos / 1e9;
        out.println();
        out.printf(
                Locale.ROOT,
                "%d packets (%s), %d records in %.3f s: %,.0f packets/s%n",
                packets,
                actions.isEmpty() ? "none" : actions,
                records,
                seconds,
                packets / Math.max(seconds, 1e-9));
        out.print(timeline);
        if (skipped > 0) {
            out.printf("%d packets skipped: not Ethernet, or of a length no packet has%n", skipped);
        }
    }

    private String name(int code) {
        return program.type() == ProgramType.XDP
                ? "XDP_" + XdpResult.actionOf(code).name()
                : "R0=" + code;
    }
}
