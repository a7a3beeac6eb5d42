package dev.skep.linux;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Types as bytes, with the strings of line records behind their own: line records point into the string section of the
 * types.
 *
 * @param bytes the whole .BTF section
 * @param strings offset of each added string
 */
record BtfImage(byte[] bytes, Map<String, Integer> strings) {
    private static final int TYPE_OFFSET = 8;
    private static final int TYPE_LENGTH = 12;
    private static final int STRING_OFFSET = 16;
    private static final int STRING_LENGTH = 20;

    static BtfImage of(Btf btf, Collection<String> more) {
        byte[] plain = BtfWriter.write(btf);
        ByteBuffer header = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = header.getInt(4);
        int typeLength = header.getInt(TYPE_LENGTH);
        int stringLength = header.getInt(STRING_LENGTH);
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length + 64 * more.size());
        out.write(plain, 0, headerLength);
        out.write(plain, headerLength + header.getInt(TYPE_OFFSET), typeLength);
        out.write(plain, headerLength + header.getInt(STRING_OFFSET), stringLength);
        Map<String, Integer> offsets = new HashMap<>();
        for (String s : more) {
            if (offsets.putIfAbsent(s, out.size() - headerLength - typeLength) == null) {
                out.writeBytes(s.getBytes(StandardCharsets.UTF_8));
                out.write(0);
            }
        }
        byte[] bytes = out.toByteArray();
        ByteBuffer fixed = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fixed.putInt(TYPE_OFFSET, 0);
        fixed.putInt(STRING_OFFSET, typeLength);
        fixed.putInt(STRING_LENGTH, bytes.length - headerLength - typeLength);
        return new BtfImage(bytes, offsets);
    }
}
