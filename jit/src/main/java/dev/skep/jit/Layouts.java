package dev.skep.jit;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The memory layouts that generated loads and stores name: unaligned, little-endian, as those of the runtime's own
 * access class.
 */
final class Layouts {
    static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    /**
     * The same as variable handles on a segment and an offset: what generated code calls, the fewest steps for HotSpot
     * to inline.
     */
    static final VarHandle V8 = I8.varHandle();

    static final VarHandle V16 = I16.varHandle();
    static final VarHandle V32 = I32.varHandle();
    static final VarHandle V64 = I64.varHandle();

    private Layouts() {}
}
