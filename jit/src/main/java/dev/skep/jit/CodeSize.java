package dev.skep.jit;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;

/**
 * How large a generated class is.
 *
 * @param methods methods with code, the constructor and the two entry points counted
 * @param bytes bytes of code in all of them
 * @param largest bytes of the largest; HotSpot compiles it only below {@link #LIMIT}
 */
public record CodeSize(int methods, int bytes, int largest) {
    /** HotSpot compiles no method of this many bytes or more. */
    public static final int LIMIT = Jit.HUGE_METHOD;

    /** Measures a class file. */
    public static CodeSize of(byte[] classFile) {
        int methods = 0;
        int bytes = 0;
        int largest = 0;
        for (MethodModel m : ClassFile.of().parse(classFile).methods()) {
            if (m.code().orElse(null) instanceof CodeAttribute code) {
                methods++;
                bytes += code.codeLength();
                largest = Math.max(largest, code.codeLength());
            }
        }
        return new CodeSize(methods, bytes, largest);
    }
}
