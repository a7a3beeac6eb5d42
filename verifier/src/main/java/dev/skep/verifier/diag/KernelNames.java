package dev.skep.verifier.diag;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import java.util.List;

/**
 * Names in disassembly as this kernel has them. Addresses of maps are made up, as the kernel's mean nothing to a reader
 * either.
 *
 * @param addresses the loader may see addresses: CAP_PERFMON
 */
public record KernelNames(KernelModel kernel, List<MapSpec> maps, boolean addresses) implements Disassembler.Names {
    private static final long MAP_BASE = 0xffff_8880_0000_1000L;
    private static final long VALUE_BASE = 0xffff_c900_0000_0000L;
    private static final long SYMBOL_BASE = 0xffff_ffff_8200_0000L;
    private static final long PAGE = 0x1000;

    /** Arenas are printed as the user sees them: at the address that the map asks for. */
    private long valueBase(int map) {
        if (map >= 0
                && map < maps.size()
                && maps.get(map).type() == MapType.ARENA
                && maps.get(map).mapExtra() != 0) {
            return maps.get(map).mapExtra();
        }
        return VALUE_BASE + map * PAGE * PAGE;
    }

    @Override
    public String helper(int id) {
        return kernel.helperName(id);
    }

    @Override
    public String kfunc(int btfId) {
        Kfunc kfunc = kernel.kfunc(btfId);
        if (kfunc != null) {
            return kfunc.name();
        }
        BtfType type = kernel.btf().type(btfId);
        return type == null ? null : type.name();
    }

    @Override
    public String loadImm64(Instruction.LoadImm64 load) {
        long value = switch (load.pseudo()) {
            case Pseudo.MAP_FD, Pseudo.MAP_IDX -> addresses ? MAP_BASE + load.imm() * PAGE : 0;
            case Pseudo.MAP_VALUE, Pseudo.MAP_IDX_VALUE -> addresses ? valueBase(load.imm()) + load.nextImm() : 0;
            case Pseudo.BTF_ID -> SYMBOL_BASE + load.imm() * 16L;
            default -> load.value();
        };
        return "0x" + Long.toHexString(value);
    }
}
