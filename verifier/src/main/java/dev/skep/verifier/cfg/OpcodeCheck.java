package dev.skep.verifier.cfg;

import dev.skep.kernel.KernelModel;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import java.util.BitSet;

/**
 * The linear pass over all slots: every opcode must exist, and every 64-bit load must name something that does: a map
 * that this program may
 * use, an offset in its value, a kernel symbol with an address.
 */
final class OpcodeCheck {
    private static final int MAP_LIMIT = 64;
    private static final int OFFSET_LIMIT = 1 << 29;
    private static final int ENOENT = 2;
    private static final int ERANGE = 34;
    private static final int ENOTSUPP = 524;
    private static final BitSet KNOWN = knownOpcodes();

    private final ProgramSpec program;
    private final KernelModel kernel;
    private final BpfCode code;
    private final BitSet mapsUsed = new BitSet();

    private OpcodeCheck(ProgramSpec program, KernelModel kernel) {
        this.program = program;
        this.kernel = kernel;
        this.code = program.code();
    }

    static void run(ProgramSpec program, KernelModel kernel) {
        OpcodeCheck pass = new OpcodeCheck(program, kernel);
        for (int i = 0; i < pass.code.size(); i++) {
            i += pass.check(i);
        }
    }

    /** Returns how many more slots the instruction takes. */
    private int check(int i) {
        long slot = code.slot(i);
        int opcode = Slot.opcode(slot);
        if ((opcode & 0x07) == 0x01) {
            int mode = opcode & 0xe0;
            if (mode != 0x60 && mode != 0x80 || Slot.imm(slot) != 0) {
                throw Reject.at(i, Reject.EINVAL, "BPF_LDX uses reserved fields\n");
            }
        }
        if (opcode == Code.LD_IMM64) {
            checkLoad(i, slot);
            return 1;
        }
        if (!KNOWN.get(opcode)) {
            throw Reject.at(i, Reject.EINVAL, Message.of("unknown opcode %02x\n", opcode));
        }
        return 0;
    }

    private void checkLoad(int i, long slot) {
        if (i + 1 >= code.size() || (code.slot(i + 1) & 0xffff_ffffL) != 0) {
            throw Reject.at(i, Reject.EINVAL, "invalid bpf_ld_imm64 insn\n");
        }
        int upper = Slot.imm(code.slot(i + 1));
        switch (Slot.src(slot)) {
            case Pseudo.CONSTANT, Pseudo.FUNC -> {}
            case Pseudo.BTF_ID -> checkSymbol(i, Slot.imm(slot));
            case Pseudo.MAP_FD, Pseudo.MAP_IDX -> {
                if (upper != 0) {
                    throw Reject.at(i, Reject.EINVAL, "unrecognized bpf_ld_imm64 insn\n");
                }
                useMap(i, Slot.imm(slot));
            }
            case Pseudo.MAP_VALUE, Pseudo.MAP_IDX_VALUE -> checkValueAddress(i, useMap(i, Slot.imm(slot)), upper);
            default -> throw Reject.at(i, Reject.EINVAL, "unrecognized bpf_ld_imm64 insn\n");
        }
    }

    private void checkSymbol(int i, int id) {
        switch (kernel.btf().type(id)) {
            case BtfType.Function _ -> {}
            case BtfType.Variable v -> {
                if (!kernel.hasAddress(v.name())) {
                    throw Reject.at(
                            i, ENOENT, "ldimm64 failed to find the address for kernel symbol '" + v.name() + "'.\n");
                }
            }
            case null -> throw Reject.at(i, ENOENT, "ldimm64 insn specifies invalid btf_id " + id + ".\n");
            default ->
                throw Reject.at(i, Reject.EINVAL, "pseudo btf_id " + id + " in ldimm64 isn't KIND_VAR or KIND_FUNC\n");
        }
    }

    private MapSpec useMap(int i, int index) {
        if (index < 0
                || index >= program.maps().size()
                || cannotExist(program.maps().get(index))) {
            throw Reject.at(i, Reject.EBADF, "fd " + index + " is not pointing to valid bpf_map\n");
        }
        MapSpec map = program.maps().get(index);
        if (!mapsUsed.get(index)) {
            if (mapsUsed.cardinality() >= MAP_LIMIT) {
                throw Reject.at(
                        i,
                        Reject.E2BIG,
                        "The total number of maps per program has reached the limit of " + MAP_LIMIT + "\n");
            }
            String problem = kernel.mapProblem(map, program);
            if (problem != null) {
                throw Reject.at(i, Reject.EINVAL, problem + "\n");
            }
            mapsUsed.set(index);
        }
        return map;
    }

    private void checkValueAddress(int i, MapSpec map, int offset) {
        if (offset < 0 || offset >= OFFSET_LIMIT) {
            throw Reject.at(
                    i,
                    Reject.EINVAL,
                    "direct value offset of " + Integer.toUnsignedString(offset) + " is not allowed\n");
        }
        if (map.type() == MapType.ARENA) {
            if (offset > map.maxEntries() * 4096L) {
                throw wrongAddress(i, ERANGE, map, offset);
            }
        } else if (map.type() != MapType.ARRAY) {
            throw Reject.at(i, Reject.EINVAL, "no direct value access support for this map type\n");
        } else if (map.maxEntries() != 1) {
            throw wrongAddress(i, ENOTSUPP, map, offset);
        } else if (offset >= map.valueSize()) {
            throw wrongAddress(i, Reject.EINVAL, map, offset);
        }
    }

    private static Reject wrongAddress(int i, int errno, MapSpec map, int offset) {
        return Reject.at(
                i,
                errno,
                "invalid access to map value pointer, value_size=" + map.valueSize() + " off=" + offset + "\n");
    }

    private static BitSet knownOpcodes() {
        BitSet known = new BitSet(256);
        for (int op = 0x00; op <= 0xd0; op += 0x10) {
            for (int source = 0; source <= 0x08; source += 0x08) {
                known.set(op | source | 0x04);
                known.set(op | source | 0x07);
                if (op >= 0x10 && op != 0x80 && op != 0x90) {
                    known.set(op | source | 0x05);
                    known.set(op | source | 0x06);
                }
            }
        }
        // negation has no register form, the 64-bit class no second byte order
        known.clear(0x8c);
        known.clear(0x8f);
        known.clear(0xdf);
        known.set(Code.GOTO);
        known.set(Code.GOTO_LONG);
        known.set(Code.CALL);
        known.set(Code.EXIT);
        known.set(Code.MAY_GOTO);
        for (int size = 0x00; size <= 0x18; size += 0x08) {
            known.set(0x61 | size);
            known.set(0x62 | size);
            known.set(0x63 | size);
            known.set(0xc3 | size);
            if (size != 0x18) {
                known.set(0x81 | size);
                known.set(0x20 | size);
                known.set(0x40 | size);
            }
        }
        known.set(Code.LD_IMM64);
        return known;
    }

    /** No kernel makes a map of a type that it does not know. */
    private static boolean cannotExist(MapSpec map) {
        return map.type() == null || map.inner() != null && cannotExist(map.inner());
    }
}
