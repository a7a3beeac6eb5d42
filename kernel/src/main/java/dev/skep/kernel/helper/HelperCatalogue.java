package dev.skep.kernel.helper;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Every helper of Linux 6.18, as each program type sees it.
 *
 * <p><em>Shape</em>: one {@link View} for each program type and attach type, shared between those that see the same;
 * look-ups are array
 * loads. Numbers 1 to {@link #LAST}.
 */
public final class HelperCatalogue {
    /** The highest helper number of Linux 6.18. */
    public static final int LAST = 211;

    private static final AttachType[] ATTACH_TYPES = AttachType.values();

    /** What one kind of program sees; index is the number. */
    private record View(HelperProto[] protos, HelperAccess[] access) {}

    private final HelperProto[] usual;
    /** By program type, filled when first asked for. */
    private final AtomicReferenceArray<View[]> views = new AtomicReferenceArray<>(ProgramType.values().length);

    private final int congestionOps;
    private final int releaseMember;
    private final int dummyOps;
    private final View otherStructOps;
    private final View noHelpers;
    private final View congestionRelease;
    private final View socketIterator;

    /** The catalogue of a machine with these types and this many possible CPUs. */
    public HelperCatalogue(Btf btf, int cpus) {
        HelperTable table = new HelperTable(cpus);
        MapHelpers.declare(table);
        StorageHelpers.declare(table);
        RingbufHelpers.declare(table);
        DynptrHelpers.declare(table);
        LockHelpers.declare(table);
        SystemHelpers.declare(table);
        StringHelpers.declare(table);
        ProbeHelpers.declare(table);
        TracingHelpers.declare(table);
        SkbHelpers.declare(table);
        TunnelHelpers.declare(table);
        XdpHelpers.declare(table);
        SocketHelpers.declare(table);
        TcpHelpers.declare(table);
        SockMapHelpers.declare(table);
        ControlHelpers.declare(table);
        usual = table.build();
        congestionOps = btf.find("tcp_congestion_ops", BtfType.Struct.class);
        releaseMember = congestionOps < 0 ? -1 : memberIndex((BtfType.Struct) btf.type(congestionOps), "release");
        BitSet withoutOptions = HelperAvailability.of(ProgramType.STRUCT_OPS, null);
        withoutOptions.clear(49);
        withoutOptions.clear(57);
        congestionRelease = view(ProgramType.STRUCT_OPS, null, withoutOptions, new BitSet());
        dummyOps = btf.find("bpf_dummy_ops", BtfType.Struct.class);
        noHelpers = view(ProgramType.STRUCT_OPS, null, new BitSet(), new BitSet());
        otherStructOps =
                view(ProgramType.STRUCT_OPS, null, HelperAvailability.of(ProgramType.UNSPEC, null), new BitSet());
        BitSet options = HelperAvailability.of(ProgramType.TRACING, AttachType.TRACE_ITER);
        options.set(49);
        options.set(57);
        socketIterator = view(ProgramType.TRACING, AttachType.TRACE_ITER, options, new BitSet());
    }

    private View[] fill(ProgramType type) {
        View[] row = new View[ATTACH_TYPES.length];
        Map<String, View> shared = new HashMap<>();
        for (AttachType attach : ATTACH_TYPES) {
            String extras = HelperAvailability.extras(type, attach);
            String denied = HelperAvailability.deniedInProbe(type, attach);
            String key = extras + '/' + denied + '/' + HelperVariants.isMulti(attach);
            View view = shared.get(key);
            if (view == null) {
                view = view(type, attach, HelperAvailability.withEveryone(extras), HelperAvailability.parse(denied));
                shared.put(key, view);
            }
            row[attach.ordinal()] = view;
        }
        views.setRelease(type.ordinal(), row);
        return row;
    }

    private View view(ProgramType type, AttachType attach, BitSet able, BitSet denied) {
        HelperProto[] protos = usual.clone();
        for (int id : HelperVariants.IDS) {
            HelperProto variant = HelperVariants.of(usual[id], type, attach);
            protos[id] = variant == null ? usual[id] : variant;
        }
        HelperAccess[] access = new HelperAccess[LAST + 1];
        access[0] = HelperAccess.NOT_FOR_TYPE;
        for (int id = 1; id <= LAST; id++) {
            if (denied.get(id)) {
                access[id] = HelperAccess.NOT_IN_PROBE;
            } else if (!able.get(id)) {
                access[id] = HelperAccess.NOT_FOR_TYPE;
            } else {
                access[id] = protos[id].has(HelperProto.GPL_ONLY) ? HelperAccess.GPL_ONLY : HelperAccess.AVAILABLE;
            }
        }
        return new View(protos, access);
    }

    /**
     * The prototype as programs of this type see it, null for an unknown number. A null attach type counts as number
     * 0.
     */
    public HelperProto proto(int id, ProgramType type, AttachType attach) {
        return id < 1 || id > LAST ? null : of(type, attach).protos[id];
    }

    public HelperAccess access(int id, ProgramType type, AttachType attach) {
        return id < 0 || id > LAST ? HelperAccess.UNKNOWN : of(type, attach).access[id];
    }

    /** The prototype as this very program sees it: iterators and struct_ops differ by what they attach to. */
    public HelperProto proto(int id, ProgramSpec program) {
        return id < 1 || id > LAST ? null : of(program).protos[id];
    }

    /** Whether this very program may call a helper. */
    public HelperAccess access(int id, ProgramSpec program) {
        return id < 0 || id > LAST ? HelperAccess.UNKNOWN : of(program).access[id];
    }

    /** The kernel's name, or {@code unknown}. */
    public String name(int id) {
        return id == 0 ? "bpf_unspec" : id < 0 || id > LAST ? "unknown" : usual[id].name();
    }

    private View of(ProgramType type, AttachType attach) {
        View[] row = views.getAcquire(type.ordinal());
        return (row == null ? fill(type) : row)[attach == null ? 0 : attach.ordinal()];
    }

    private View of(ProgramSpec program) {
        ProgramType type = program.type();
        if (type == ProgramType.STRUCT_OPS) {
            if (program.attachBtfId() != congestionOps) {
                return dummyOps > 0 && program.attachBtfId() == dummyOps ? noHelpers : otherStructOps;
            }
            if (program.attachMember() == releaseMember) {
                return congestionRelease;
            }
        }
        if (type == ProgramType.TRACING && program.attachType() == AttachType.TRACE_ITER && isSocketIterator(program)) {
            return socketIterator;
        }
        return of(type, program.attachType());
    }

    private static int memberIndex(BtfType.Struct struct, String name) {
        for (int i = 0; i < struct.members().size(); i++) {
            if (struct.members().get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSocketIterator(ProgramSpec program) {
        return switch (program.attachTarget()) {
            case "tcp", "unix" -> true;
            default -> false;
        };
    }
}
