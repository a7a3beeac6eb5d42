package dev.skep.jit;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The flight recorder's event for a program that stays with the interpreter. Only loaded where there is a flight
 * recorder.
 */
@Name("dev.skep.Fallback")
@Label("Program Stays With the Interpreter")
@Description("No code could be generated for a BPF program; it runs, slower, in the interpreter")
@Category("Skep")
@StackTrace(false)
final class FallbackEvent extends Event {
    @Label("Program")
    String program;

    @Label("Reason")
    String reason;

    static void emit(String program, String reason) {
        FallbackEvent event = new FallbackEvent();
        event.program = program;
        event.reason = reason;
        event.commit();
    }
}
