package dev.skep.runtime;

import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.packet.PacketBuffer;
import java.util.function.Consumer;

/** Calls helpers directly, as if a program of some type were running on some packet. */
public final class TestRun {
    private TestRun() {}

    public static void in(Machine machine, ProgramType type, PacketBuffer packet, Consumer<RunContext> body) {
        LoadedProgram program = Asm.start().type(type).mov(0, 0).exit().load(machine);
        try (RunContext cx = machine.newContext()) {
            cx.packet(packet);
            cx.begin(program);
            try {
                body.accept(cx);
            } finally {
                cx.end();
                cx.packet(null);
            }
        }
    }
}
