package dev.skep.object.spec;

import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;

/**
 * A program as it stands in its section: what `inspect` lists. {@code Linker} turns it into a {@link ProgramSpec}.
 *
 * @param type {@link ProgramType#UNSPEC} when the section name says nothing
 * @param attachType null when the section implies none
 * @param insns slots in its own section
 * @param autoload false for sections that start with a question mark
 */
public record UnlinkedProgram(
        String name,
        String section,
        ProgramType type,
        AttachType attachType,
        String attachTarget,
        int flags,
        int insns,
        boolean autoload) {}
