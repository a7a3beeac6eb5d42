package dev.skep.conformance.dynptr;

import dev.skep.kernel.KernelModel;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.util.List;
import java.util.function.Consumer;

/**
 * One thing that a program can see of dynptrs: a program, and the results it must note.
 *
 * @param asSeen false: the running kernel is not asked
 */
record Row(
        String name,
        ProgramType type,
        int flags,
        Subject given,
        boolean asSeen,
        Consumer<DynptrCode> body,
        long... expected) {
    private static final Subject NOTHING = new Subject(null, new byte[0], new byte[0], List.of());

    /** A tc program on 100 bytes that count. */
    static Row tc(String name, Consumer<DynptrCode> body, long... expected) {
        return new Row(name, ProgramType.SCHED_CLS, 0, NOTHING.withPacket(packet(100)), true, body, expected);
    }

    /** A syscall program. */
    static Row syscall(String name, Consumer<DynptrCode> body, long... expected) {
        return new Row(
                name,
                ProgramType.SYSCALL,
                ProgramSpec.F_SLEEPABLE,
                NOTHING.withContext(new byte[64]),
                true,
                body,
                expected);
    }

    /** An XDP program that takes fragments. */
    static Row xdp(String name, int bytes, Consumer<DynptrCode> body, long... expected) {
        return new Row(
                name,
                ProgramType.XDP,
                ProgramSpec.F_XDP_HAS_FRAGS,
                NOTHING.withPacket(Subject.counting(bytes)),
                true,
                body,
                expected);
    }

    Row on(ProgramType other) {
        return new Row(name, other, flags, given, asSeen, body, expected);
    }

    Row withPacket(byte[] packet) {
        return new Row(name, type, flags, given.withPacket(packet), asSeen, body, expected);
    }

    Row withSamples(byte[]... samples) {
        return new Row(name, type, flags, given.withSamples(List.of(samples)), asSeen, body, expected);
    }

    /** Only by Skep's engines: why is said where it is used. */
    Row here() {
        return new Row(name, type, flags, given, false, body, expected);
    }

    Subject subject(KernelModel kernel) {
        return Subject.of(kernel, type, flags, body)
                .withPacket(given.packet())
                .withContext(given.context())
                .withSamples(given.samples());
    }

    /** An Ethernet packet of no protocol that tests know, its bytes counting. */
    static byte[] packet(int bytes) {
        byte[] b = Subject.counting(bytes);
        b[12] = (byte) 0x88;
        b[13] = (byte) 0xb5;
        return b;
    }

    @Override
    public String toString() {
        return type.kernelName() + ": " + name;
    }
}
