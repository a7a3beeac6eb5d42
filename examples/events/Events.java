import dev.skep.BpfObject;
import dev.skep.Skep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Logs lines of any length through a program; each event is as long as its text. Argument: the object file. */
public final class Events {
    private Events() {}

    public static void main(String[] args) throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(Path.of(args[0]));
            for (String text : new String[] {"up", "a much longer line"}) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                object.global("text").set(Arrays.copyOf(bytes, 4096));
                object.syscall("log_line")
                        .run(ByteBuffer.allocate(8)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putInt(3)
                                .putInt(bytes.length)
                                .array());
            }
            object.ringBuffer("events").consume(record -> {
                byte[] bytes = record.toByteArray();
                System.out.println(
                        bytes.length + " bytes: " + new String(bytes, 16, bytes.length - 16, StandardCharsets.UTF_8));
            });
        }
    }
}
