import dev.skep.BpfObject;
import dev.skep.Skep;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Runs the parser on a packet whose items cross fragments. Argument: the object file. */
public final class Tlv {
    record Seen(long items, long bytes) {}

    private Tlv() {}

    public static void main(String[] args) throws Exception {
        ByteBuffer packet = ByteBuffer.allocate(42 + 4 + 3472 + 4 + 5000);
        packet.put(12, (byte) 8).put(14, (byte) 0x45).put(23, (byte) 17).putShort(36, (short) 7000);
        packet.put(42, (byte) 1).putShort(44, (short) 3472);
        packet.put(42 + 4 + 3472, (byte) 2).putShort(42 + 4 + 3472 + 2, (short) 5000);
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(Path.of(args[0]));
            System.out.println(object.xdp("walk").run(packet.array()).action());
            object.map("types", Integer.class, Seen.class).forEach((type, seen) -> {
                if (seen.items() > 0) {
                    System.out.println("type " + type + ": " + seen);
                }
            });
        }
    }
}
