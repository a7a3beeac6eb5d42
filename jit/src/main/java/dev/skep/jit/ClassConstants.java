package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects that generated code names as constants: static final fields, filled from the class data when the class is
 * initialised, so that HotSpot folds them.
 */
final class ClassConstants {
    private final List<Object> values = new ArrayList<>();
    private final List<ClassDesc> types = new ArrayList<>();
    private final Map<Object, Integer> indexes = new IdentityHashMap<>();

    ClassConstants(MemorySegment memory) {
        add(memory, Names.SEGMENT);
    }

    private int add(Object value, ClassDesc type) {
        return indexes.computeIfAbsent(value, v -> {
            values.add(v);
            types.add(type);
            return values.size() - 1;
        });
    }

    Object[] data() {
        return values.toArray();
    }

    void loadMemory(CodeBuilder b, ClassDesc owner) {
        b.getstatic(owner, "C0", Names.SEGMENT);
    }

    /** Pushes {@code value}, typed as {@code type}. */
    void load(CodeBuilder b, ClassDesc owner, Object value, Class<?> type) {
        int index = add(value, Names.of(type));
        b.getstatic(owner, "C" + index, types.get(index));
    }

    /** Declares the fields and their initialiser. Call last, when every constant is known. */
    void declare(ClassBuilder c, ClassDesc owner) {
        for (int i = 0; i < values.size(); i++) {
            c.withField("C" + i, types.get(i), ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE);
        }
        c.withMethodBody(ConstantDescs.CLASS_INIT_NAME, MethodTypeDesc.of(CD_void), ClassFile.ACC_STATIC, b -> {
            b.invokestatic(Names.of(MethodHandles.class), "lookup", MethodTypeDesc.of(CD_MethodHandles_Lookup));
            b.invokestatic(
                    Names.COMPILED, "constants", MethodTypeDesc.of(CD_Object.arrayType(), CD_MethodHandles_Lookup));
            b.astore(0);
            for (int i = 0; i < values.size(); i++) {
                b.aload(0).loadConstant(i).aaload().checkcast(types.get(i)).putstatic(owner, "C" + i, types.get(i));
            }
            b.return_();
        });
    }
}
