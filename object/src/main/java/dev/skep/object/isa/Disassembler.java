package dev.skep.object.isa;

/**
 * Instructions as text, in the words of the kernel's verifier log.
 *
 * <p><em>Shape</em>: {@link #text} gives {@code r1 += 5}; {@link #line} puts the opcode before it, {@code (07) r1 +=
 * 5}. The text follows the slot and not the decoded form, so that instructions with stray bits in reserved fields read
 * as in Linux.
 *
 * <p><em>Units</em>: jump offsets count slots from the next instruction.
 *
 * <p><em>Source</em>: observed on Linux 6.18.
 */
public final class Disassembler {
    private static final String[] WIDTHS = {"u32", "u16", "u8", "u64"};
    private static final String[] SIGNED_WIDTHS = {"s32", "s16", "s8", "s64"};
    private static final String[] ALU = {
        "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>=", "endian", "(null)", "(null)"
    };
    private static final String[] JUMP = {
        "jmp", "==", ">", ">=", "&", "!=", "s>", "s>=", "call", "exit", "<", "<=", "s<", "s<=", "(null)", "(null)"
    };

    private Disassembler() {}

    /** What calls and 64-bit loads are called. Null means no name is known. */
    public interface Names {
        /** Numbers only. */
        Names NONE = new Names() {
            @Override
            public String helper(int id) {
                return null;
            }

            @Override
            public String kfunc(int btfId) {
                return null;
            }
        };

        /** Name of a helper with its {@code bpf_} prefix, or null. */
        String helper(int id);

        /** Name of a kernel function, or null. */
        String kfunc(int btfId);

        /**
         * What stands right of the equals sign of a 64-bit load; the default is the value in hex, as Linux prints
         * constants.
         */
        default String loadImm64(Instruction.LoadImm64 load) {
            return "0x" + Long.toHexString(load.value());
        }
    }

    /** The instruction at {@code index} with its opcode before it, {@code (b7) r0 = 0}. */
    public static String line(BpfCode code, int index, Names names) {
        int opcode = Slot.opcode(code.slot(index));
        return "(" + hex2(opcode) + ") " + text(code, index, names);
    }

    /** The instruction that starts at {@code index}; the second half of a 64-bit load reads {@code BUG_ld_00}. */
    public static String text(BpfCode code, int index, Names names) {
        long slot = code.slot(index);
        return switch (Slot.opcode(slot) & 0x07) {
            case 0x00 -> load64(code, index, names);
            case 0x01 -> load(slot);
            case 0x02 -> storeImm(slot);
            case 0x03 -> store(slot);
            case 0x04 -> alu(slot, 'w');
            case 0x05 -> jump(slot, 'r', names);
            case 0x06 -> jump(slot, 'w', names);
            default -> alu(slot, 'r');
        };
    }

    private static String alu(long slot, char file) {
        int opcode = Slot.opcode(slot);
        int op = opcode >> 4;
        int dst = Slot.dst(slot);
        int off = Slot.offset(slot);
        boolean register = (opcode & 0x08) != 0;
        if (op == 0xd) {
            String order = file == 'r' ? "bswap" : register ? "be" : "le";
            return "r" + dst + " = " + order + Slot.imm(slot) + " r" + dst;
        }
        if (op == 0x8) {
            return file + "" + dst + " = -" + file + dst;
        }
        if (opcode == 0xbf && off == 1) {
            int imm = Slot.imm(slot);
            return "r" + dst + " = addr_space_cast(r" + Slot.src(slot) + ", " + (imm >>> 16) + ", " + (imm & 0xffff)
                    + ")";
        }
        String sign = (op == 0x3 || op == 0x9) && off == 1 ? "s" + ALU[op] : ALU[op];
        String left = file + "" + dst + " " + sign + " ";
        if (!register) {
            return left + Slot.imm(slot);
        }
        boolean extends_ = op == 0xb && (off == 8 || off == 16 || off == 32);
        return left + (extends_ ? "(s" + off + ")" : "") + file + Slot.src(slot);
    }

    private static String load64(BpfCode code, int index, Names names) {
        long slot = code.slot(index);
        int opcode = Slot.opcode(slot);
        if (code.at(index) instanceof Instruction.LoadImm64 load) {
            return "r" + load.dst() + " = " + names.loadImm64(load);
        }
        return switch (opcode & 0xe0) {
            case 0x20 -> "r0 = *(" + width(slot) + " *)skb[" + Slot.imm(slot) + "]";
            case 0x40 -> "r0 = *(" + width(slot) + " *)skb[r" + Slot.src(slot) + " + " + Slot.imm(slot) + "]";
            default -> "BUG_ld_" + hex2(opcode);
        };
    }

    private static String load(long slot) {
        int mode = Slot.opcode(slot) & 0xe0;
        if (mode != 0x60 && mode != 0x80) {
            return "BUG_ldx_" + hex2(Slot.opcode(slot));
        }
        String width = mode == 0x60 ? width(slot) : SIGNED_WIDTHS[Slot.opcode(slot) >> 3 & 3];
        return "r" + Slot.dst(slot) + " = *(" + width + " *)" + place(Slot.src(slot), slot);
    }

    private static String storeImm(long slot) {
        return switch (Slot.opcode(slot) & 0xe0) {
            case 0x60 -> memory(slot) + " = " + Slot.imm(slot);
            case 0xc0 -> "nospec";
            default -> "BUG_st_" + hex2(Slot.opcode(slot));
        };
    }

    private static String store(long slot) {
        int mode = Slot.opcode(slot) & 0xe0;
        int src = Slot.src(slot);
        if (mode == 0x60) {
            return memory(slot) + " = r" + src;
        }
        AtomicOp op = mode == 0xc0 ? AtomicOp.ofImm(Slot.imm(slot)) : null;
        if (op == null) {
            return "BUG_" + hex2(Slot.opcode(slot));
        }
        String place = "((" + width(slot) + " *)" + place(Slot.dst(slot), slot);
        String atomic = "atomic" + ((Slot.opcode(slot) & 0x18) == 0x18 ? "64" : "") + "_";
        return switch (op) {
            case ADD, OR, AND, XOR -> "lock " + memory(slot) + " " + op.sign() + " r" + src;
            case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR ->
                "r" + src + " = " + atomic + "fetch_" + op.word() + place + ", r" + src + ")";
            case XCHG -> "r" + src + " = " + atomic + "xchg" + place + ", r" + src + ")";
            case CMPXCHG -> "r0 = " + atomic + "cmpxchg" + place + ", r0, r" + src + ")";
            case LOAD_ACQUIRE ->
                "r" + Slot.dst(slot) + " = load_acquire((" + width(slot) + " *)" + place(src, slot) + ")";
            case STORE_RELEASE -> "store_release" + place + ", r" + src + ")";
        };
    }

    private static String jump(long slot, char file, Names names) {
        int opcode = Slot.opcode(slot);
        int imm = Slot.imm(slot);
        if ((opcode & 0xf0) == 0x80) {
            return call(slot, names);
        }
        switch (opcode == 0xe5 && Slot.src(slot) != 0 ? -1 : opcode) {
            case 0x05 -> {
                return "goto pc" + signed(Slot.offset(slot));
            }
            case 0x06 -> {
                return "gotol pc" + signed(imm);
            }
            case 0xe5 -> {
                return "may_goto pc" + signed(Slot.offset(slot));
            }
            case 0x95 -> {
                return "exit";
            }
            default -> {
                boolean register = (opcode & 0x08) != 0;
                String right = register ? file + "" + Slot.src(slot) : "0x" + Integer.toHexString(imm);
                return "if " + file + Slot.dst(slot) + " " + JUMP[opcode >> 4] + " " + right + " goto pc"
                        + signed(Slot.offset(slot));
            }
        }
    }

    private static String call(long slot, Names names) {
        int imm = Slot.imm(slot);
        int kind = Slot.src(slot);
        if (kind == 1) {
            return "call pc" + signed(imm);
        }
        String name = kind == 0 ? names.helper(imm) : kind == 2 ? names.kfunc(imm) : null;
        if (name == null) {
            name = kind == 2 ? "kernel-function" : "unknown";
        }
        return "call " + name + "#" + imm;
    }

    private static String memory(long slot) {
        return "*(" + width(slot) + " *)" + place(Slot.dst(slot), slot);
    }

    private static String place(int base, long slot) {
        return "(r" + base + " " + signed(Slot.offset(slot)) + ")";
    }

    private static String width(long slot) {
        return WIDTHS[Slot.opcode(slot) >> 3 & 3];
    }

    private static String signed(int value) {
        return value < 0 ? Integer.toString(value) : "+" + value;
    }

    private static String hex2(int opcode) {
        return opcode < 16 ? "0" + Integer.toHexString(opcode) : Integer.toHexString(opcode);
    }
}
