import dev.skep.BpfObject;
import dev.skep.Feature;
import dev.skep.Skep;
import dev.skep.runtime.memory.MemoryAccount;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Asks a program for more memory than its account has, and sees it cope. Argument: the object file. */
public final class MallocDynptr {
    private MallocDynptr() {}

    public static void main(String[] args) throws Exception {
        try (Skep skep = Skep.create()) {
            MemoryAccount account = skep.rootAccount().child("tenant", 1 << 20);
            BpfObject object =
                    skep.load(Path.of(args[0]), o -> o.account(account).features(Feature.MALLOC_DYNPTR));
            object.syscall("collect").run(new byte[16]);
            account.limit(account.used() + 8192);
            for (int size : new int[] {1000, 8192, 20_000, 100_000}) {
                byte[] request = ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(size)
                        .array();
                object.syscall("collect").run(request);
                ByteBuffer answer = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
                System.out.println("wanted " + size + ", got " + answer.getInt(4) + ", error " + answer.getInt(8));
            }
        }
    }
}
