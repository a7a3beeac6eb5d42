package dev.skep.kernel;

import dev.skep.kernel.context.ContextLayout;
import dev.skep.kernel.context.Contexts;
import dev.skep.kernel.helper.HelperAccess;
import dev.skep.kernel.helper.HelperCatalogue;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncCatalogue;
import dev.skep.kernel.map.MapHelperFit;
import dev.skep.kernel.map.MapProblems;
import dev.skep.kernel.map.SpecialField;
import dev.skep.kernel.map.SpecialFields;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.List;

/** Linux 6.18 on x86-64 with its usual configuration: the catalogues put together over one kernel's types. */
public final class Linux618 implements KernelModel {
    private static final int DEFAULT_CPUS = 2;

    private final Btf btf;
    private final int cpus;
    private final HelperCatalogue helpers;
    private final KfuncCatalogue kfuncs;
    private final SpecialFields fields;
    private volatile Linux618 extended;

    private Linux618(Btf btf, int cpus) {
        this.btf = btf;
        this.cpus = cpus;
        helpers = new HelperCatalogue(btf, cpus);
        kfuncs = new KfuncCatalogue(btf);
        fields = new SpecialFields(btf);
    }

    /** A machine with these types and two CPUs. */
    public static Linux618 with(Btf kernelBtf) {
        return with(kernelBtf, DEFAULT_CPUS);
    }

    /**
     * A machine with these types.
     *
     * @param cpus possible CPUs, at least 1
     */
    public static Linux618 with(Btf kernelBtf, int cpus) {
        if (cpus < 1) {
            throw new IllegalArgumentException("must be positive: cpus=" + cpus);
        }
        return new Linux618(kernelBtf, cpus);
    }

    /** The same machine with the kernel functions of Skep's extensions; made when first asked for. */
    Linux618 extended() {
        Linux618 now = extended;
        if (now == null) {
            now = new Linux618(Extensions.types(btf), cpus);
            extended = now;
        }
        return now;
    }

    @Override
    public String version() {
        return "6.18";
    }

    @Override
    public Btf btf() {
        return btf;
    }

    @Override
    public int cpus() {
        return cpus;
    }

    @Override
    public HelperProto helper(int id, ProgramType type, AttachType attachType) {
        return helpers.proto(id, type, attachType);
    }

    @Override
    public HelperProto helper(int id, ProgramSpec program) {
        return helpers.proto(id, program);
    }

    @Override
    public HelperAccess helperAccess(int id, ProgramType type, AttachType attachType) {
        return helpers.access(id, type, attachType);
    }

    @Override
    public HelperAccess helperAccess(int id, ProgramSpec program) {
        return helpers.access(id, program);
    }

    @Override
    public String helperName(int id) {
        return helpers.name(id);
    }

    @Override
    public boolean mapFitsHelper(MapType map, int helperId) {
        return MapHelperFit.fits(map, helperId);
    }

    @Override
    public boolean mayUpdateSockMap(ProgramSpec program, int helperId) {
        return MapHelperFit.mayUpdateSockMap(program.type(), program.attachType(), helperId);
    }

    @Override
    public Kfunc kfunc(int btfId) {
        return kfuncs.find(btfId);
    }

    @Override
    public Kfunc kfunc(String name) {
        return kfuncs.find(name);
    }

    @Override
    public boolean kfuncAllowed(Kfunc kfunc, ProgramSpec program) {
        return kfuncs.allows(kfunc, program);
    }

    @Override
    public ContextLayout context(ProgramType type, AttachType attachType) {
        return Contexts.of(type, attachType);
    }

    @Override
    public boolean mayWritePacket(ProgramType type, AttachType attachType) {
        return switch (type) {
            case SCHED_CLS, SCHED_ACT, XDP, LWT_XMIT, SK_SKB, SK_MSG, CGROUP_SOCKOPT -> true;
            default -> false;
        };
    }

    @Override
    public long[] returnRange(ProgramSpec program) {
        return ReturnRanges.of(program, btf);
    }

    @Override
    public boolean returnsNothing(ProgramSpec program) {
        return ReturnRanges.returnsNothing(program, btf);
    }

    @Override
    public List<SpecialField> specialFields(MapSpec map) {
        return fields.of(map);
    }

    @Override
    public List<SpecialField> specialFields(Btf types, int structId) {
        return fields.of(types, structId);
    }

    @Override
    public String loadProblem(ProgramSpec program) {
        return LoadRules.problem(program);
    }

    @Override
    public String attachProblem(ProgramSpec program) {
        return AttachRules.problem(program, btf);
    }

    @Override
    public String mapProblem(MapSpec map, ProgramSpec program) {
        return MapProblems.find(map, fields.of(map), program);
    }
}
