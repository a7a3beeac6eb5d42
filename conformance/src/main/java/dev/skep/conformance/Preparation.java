package dev.skep.conformance;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.ProgramType;

/** Makes programs as loadable alone as the recorder of the verdicts did, and veristat does. */
final class Preparation {
    private Preparation() {}

    /** A program whose section says nothing becomes a sched_cls program. */
    static UnlinkedProgram typed(UnlinkedProgram p) {
        return p.type() != ProgramType.UNSPEC
                ? p
                : new UnlinkedProgram(
                        p.name(),
                        p.section(),
                        ProgramType.SCHED_CLS,
                        p.attachType(),
                        p.attachTarget(),
                        p.flags(),
                        p.insns(),
                        p.autoload());
    }

    /** Maps without a size get one entry, except those that must have none. */
    static ProgramSpec sized(ProgramSpec program) {
        return program.withMaps(program.maps().stream().map(Preparation::sized).toList());
    }

    private static MapSpec sized(MapSpec map) {
        if (map.maxEntries() != 0) {
            return map;
        }
        return switch (map.type()) {
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGROUP_STORAGE, CGRP_STORAGE, STRUCT_OPS, UNSPEC -> map;
            case RINGBUF, USER_RINGBUF -> map.withMaxEntries(4096);
            case null, default -> map.withMaxEntries(1);
        };
    }
}
