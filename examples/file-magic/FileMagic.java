import dev.skep.BpfObject;
import dev.skep.Feature;
import dev.skep.ProvidedFile;
import dev.skep.Skep;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Shows files to a program that looks at their first bytes. Arguments: the object file, then the files to look at. */
public final class FileMagic {
    private FileMagic() {}

    public static void main(String[] args) throws Exception {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(Path.of(args[0]), o -> o.features(Feature.LINUX_619))) {
            for (int i = 1; i < args.length; i++) {
                try (FileChannel channel = FileChannel.open(Path.of(args[i]));
                        ProvidedFile file = skep.provide((offset, into, _) -> fill(channel, offset, into))) {
                    object.traced("look").run(file.address());
                }
            }
            System.out.println("ELF " + object.global("elves").asLong() + ", others "
                    + object.global("others").asLong() + ", unread "
                    + object.global("unread").asLong() + ", last section table "
                    + object.global("table_bytes").asLong() + " bytes");
        }
    }

    private static boolean fill(FileChannel channel, long offset, MemorySegment into) {
        try {
            return channel.read(into.asByteBuffer(), offset) == into.byteSize();
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
