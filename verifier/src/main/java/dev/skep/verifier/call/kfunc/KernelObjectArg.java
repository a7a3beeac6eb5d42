package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.access.BtfWalk;
import dev.skep.verifier.call.TypeNames;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** A pointer to a kernel object of the struct that the parameter names. */
final class KernelObjectArg {
    private static final int TRUST = PtrFlags.ALLOC | PtrFlags.TRUSTED | PtrFlags.NON_OWN_REF;

    private KernelObjectArg() {}

    static void require(Walk w, KfuncSignature s, int i, boolean map) {
        RegState r = w.reg(i + 1);
        String own = KfuncArgClass.structOf(r.type);
        boolean unsafe = (r.type.flags() & ~TRUST) != 0 && !r.type.has(PtrFlags.RCU);
        if ((!(r.type instanceof RegType.BtfPtr) || unsafe) && own == null) {
            String trusted = r.type.withFlags(r.type.flags() & TRUST).kernelName();
            throw w.reject(Reject.EINVAL, "arg#%d is %s expected %s or socket", i, r.type.kernelName(), trusted);
        }
        Btf wantedBtf = s.btf();
        int wanted = map ? wantedBtf.find("bpf_map", BtfType.Struct.class) : s.pointee(i);
        Btf btf = wantedBtf;
        int id;
        if (r.type instanceof RegType.BtfPtr p) {
            btf = p.btf();
            id = btf.resolve(p.typeId());
        } else {
            id = btf.find(own, BtfType.Struct.class);
        }
        boolean exact = s.is(Kfunc.RELEASE) && r.refId != 0 || isNoCastAlias(btf, id, wantedBtf, wanted);
        String name = btf.type(id).name();
        String wantedName = wantedBtf.type(wanted).name();
        if (!BtfWalk.idsMatch(w, btf, id, r.off, wantedBtf, wanted, exact) && !isProjection(wantedName, name)) {
            throw w.reject(
                    Reject.EINVAL,
                    "kernel function %s args#%d expected pointer to %s %s but R%d has a pointer to %s %s",
                    s.name(),
                    i,
                    TypeNames.kind(wantedBtf.type(wanted)),
                    wantedName,
                    i + 1,
                    TypeNames.kind(btf.type(id)),
                    name);
        }
    }

    /**
     * Two structs of which one is the other's not yet initialised form ({@code nf_conn___init}): layout alike, never
     * interchangeable.
     */
    private static boolean isNoCastAlias(Btf a, int idA, Btf b, int idB) {
        if (a == b && idA == idB) {
            return false;
        }
        String nameA = a.type(idA).name();
        String nameB = b.type(idB).name();
        return nameA.equals(nameB + "___init") || nameB.equals(nameA + "___init");
    }

    /** The user-interface view of a kernel struct, where the parameter is declared as the view. */
    private static boolean isProjection(String wanted, String have) {
        return wanted.equals("__sk_buff") && have.equals("sk_buff")
                || wanted.equals("xdp_md") && have.equals("xdp_buff");
    }
}
