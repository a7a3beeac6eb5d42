package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;

/** From bytes to a program that is ready for a judge: reader, linker, and what the recorder changed. */
final class ObjectPipeline {
    private ObjectPipeline() {}

    static ObjectSpec read(String name, byte[] bytes) throws ObjectFormatException {
        throw new ObjectFormatException(name, "", -1, "reader not there yet");
    }

    static ProgramSpec link(ObjectSpec object, UnlinkedProgram program) throws ObjectFormatException {
        throw new ObjectFormatException(object.name(), "", -1, "linker not there yet");
    }
}
