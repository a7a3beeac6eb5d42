package dev.skep.kernel;

import dev.skep.kernel.context.ContextLayout;
import dev.skep.kernel.helper.HelperAccess;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.List;

/**
 * One kernel as a program sees it: types, helpers, kernel functions, contexts, maps and rules by program type.
 * Immutable and safe for
 * use by many threads; answers are cheap (tables, no allocation) where the verifier's walk asks.
 */
public interface KernelModel {
    /** {@code 6.18}. */
    String version();

    /** The kernel's own types. */
    Btf btf();

    /** Number of possible CPUs. */
    int cpus();

    /** The prototype of a helper as programs of this type see it; null when {@link #helperAccess} is UNKNOWN. */
    HelperProto helper(int id, ProgramType type, AttachType attachType);

    HelperAccess helperAccess(int id, ProgramType type, AttachType attachType);

    /**
     * The same for one program: struct_ops and iterators differ by what they attach to. Prefer this one where a
     * program is at hand.
     */
    default HelperProto helper(int id, ProgramSpec program) {
        return helper(id, program.type(), program.attachType());
    }

    /** Whether this very program may call a helper. */
    default HelperAccess helperAccess(int id, ProgramSpec program) {
        return helperAccess(id, program.type(), program.attachType());
    }

    /** The helper's kernel name, {@code unknown} if there is none: for the disassembler. */
    String helperName(int id);

    /** False: {@code cannot pass map_type N into func X#N}. */
    boolean mapFitsHelper(MapType map, int helperId);

    /**
     * False: {@code cannot update sockmap in this context}, for helpers 2 and 3 with a sockmap or sockhash that fits
     * them otherwise.
     */
    default boolean mayUpdateSockMap(ProgramSpec program, int helperId) {
        return true;
    }

    /** The kernel function with this BTF id, or null when it is not one that any program may call. */
    Kfunc kfunc(int btfId);

    /** Looks a kernel function up by name; null if unknown. */
    Kfunc kfunc(String name);

    /** False: {@code calling kernel function X is not allowed}. */
    boolean kfuncAllowed(Kfunc kfunc, ProgramSpec program);

    /**
     * The context of programs of this type; null for types whose context is described by BTF (tracing, LSM,
     * struct_ops, raw_tp with BTF).
     */
    ContextLayout context(ProgramType type, AttachType attachType);

    /**
     * True when only a loader with CAP_BPF may access this field of the context.
     *
     * @param field as {@link dev.skep.kernel.context.ContextAccess#field} names it
     */
    default boolean contextNeedsBpf(ProgramType type, String field, boolean write) {
        return type == ProgramType.CGROUP_SKB
                && switch (field) {
                    case "data", "data_end" -> true;
                    case "tstamp" -> write;
                    default -> false;
                };
    }

    /** True when programs of this type may write packet bytes. */
    boolean mayWritePacket(ProgramType type, AttachType attachType);

    /**
     * True when programs of this type may give a packet pointer to a helper as memory. Socket-option programs always
     * may: theirs is no packet.
     *
     * @param packetAccess the helper takes packet memory: {@link HelperProto#PKT_ACCESS}
     */
    default boolean mayPassPacket(ProgramType type, boolean packetAccess) {
        return switch (type) {
            case CGROUP_SOCKOPT -> true;
            case LWT_IN,
                    LWT_OUT,
                    LWT_XMIT,
                    LWT_SEG6LOCAL,
                    SK_REUSEPORT,
                    FLOW_DISSECTOR,
                    CGROUP_SKB,
                    SCHED_CLS,
                    SCHED_ACT,
                    XDP,
                    SK_SKB,
                    SK_MSG -> packetAccess;
            default -> false;
        };
    }

    /** {min, max} of R0 at exit, or null when unrestricted. */
    long[] returnRange(ProgramSpec program);

    /** True when the hook or struct_ops member returns void: R0 need not even be set at exit. */
    default boolean returnsNothing(ProgramSpec program) {
        return false;
    }

    /** The special fields of a map's value, by offset; empty if it has none. */
    List<SpecialField> specialFields(MapSpec map);

    /** The special fields of a struct (allocated object), by offset. */
    List<SpecialField> specialFields(Btf btf, int structId);

    /**
     * Null when type, attach type, flags and target of a program fit together; else why Linux does not even verify it.
     */
    default String loadProblem(ProgramSpec program) {
        return null;
    }

    /** Null when the program may attach where it says, and sleep there if it means to; else the kernel's sentence. */
    default String attachProblem(ProgramSpec program) {
        return null;
    }

    /**
     * Null when a program may use this map; else the kernel's sentence: {@code tracing progs cannot use bpf_timer
     * yet}.
     */
    String mapProblem(MapSpec map, ProgramSpec program);

    /**
     * True when the kernel variable has an address that programs can load; Linux lists none unless built with all
     * symbols.
     */
    default boolean hasAddress(String variable) {
        return false;
    }
}
