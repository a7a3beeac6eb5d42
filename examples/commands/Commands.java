import dev.skep.BpfObject;
import dev.skep.Skep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Sends commands to a program and prints its answers. Argument: the object file. */
public final class Commands {
    record Answer(int id, int status, long value) {}

    private Commands() {}

    public static void main(String[] args) throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(Path.of(args[0]));
            send(object, 1, 1, 20, 22);
            send(object, 2, 2, 7, 700);
            send(object, 3, 3, 7, 0);
            System.out.println("drained " + object.syscall("drain").run());
            object.ringBuffer("answers").consume(Answer.class, System.out::println);
        }
    }

    private static void send(BpfObject object, int id, int op, long key, long value) {
        object.userRingBuffer("commands")
                .offer(ByteBuffer.allocate(24)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(id)
                        .putInt(op)
                        .putLong(key)
                        .putLong(value)
                        .array());
    }
}
