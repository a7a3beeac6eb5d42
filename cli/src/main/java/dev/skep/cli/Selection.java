package dev.skep.cli;

import dev.skep.ObjectFile;
import dev.skep.object.spec.UnlinkedProgram;
import java.util.List;
import java.util.NoSuchElementException;

/** Which programs of an object a command is about. */
final class Selection {
    private Selection() {}

    /** All of them, or the one named. */
    static List<UnlinkedProgram> of(ObjectFile file, String only) {
        if (only == null) {
            return file.programs();
        }
        try {
            return List.of(file.program(only));
        } catch (NoSuchElementException e) {
            throw new CommandFault(e.getMessage());
        }
    }
}
