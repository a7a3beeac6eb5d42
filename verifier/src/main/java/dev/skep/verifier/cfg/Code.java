package dev.skep.verifier.cfg;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;

/**
 * Questions to raw slots: what kind of control transfer stands there and where it leads. The passes ask slots and not
 * decoded
 * instructions, as Linux does, so that malformed ones are reported by the same pass.
 */
final class Code {
    static final int LD_IMM64 = 0x18;
    static final int CALL = 0x85;
    static final int EXIT = 0x95;
    static final int GOTO = 0x05;
    static final int GOTO_LONG = 0x06;
    static final int MAY_GOTO = 0xe5;
    static final int TAIL_CALL_HELPER = 12;

    private Code() {}

    static boolean isLoadImm64(long slot) {
        return Slot.opcode(slot) == LD_IMM64;
    }

    static boolean isFunctionReference(long slot) {
        return isLoadImm64(slot) && Slot.src(slot) == Pseudo.FUNC;
    }

    static boolean isHelperCall(long slot) {
        return Slot.opcode(slot) == CALL && Slot.src(slot) == 0;
    }

    static boolean isSubprogramCall(long slot) {
        return Slot.opcode(slot) == CALL && Slot.src(slot) == 1;
    }

    static boolean isKfuncCall(long slot) {
        return Slot.opcode(slot) == CALL && Slot.src(slot) == 2;
    }

    static boolean namesSubprogram(long slot) {
        return isSubprogramCall(slot) || isFunctionReference(slot);
    }

    /** LD_ABS or LD_IND. */
    static boolean isLegacyLoad(long slot) {
        int opcode = Slot.opcode(slot);
        return (opcode & 0x07) == 0 && ((opcode & 0xe0) == 0x20 || (opcode & 0xe0) == 0x40);
    }

    /** True for the JMP and JMP32 classes. */
    static boolean isJumpClass(long slot) {
        int jumpClass = Slot.opcode(slot) & 0x07;
        return jumpClass == 0x05 || jumpClass == 0x06;
    }

    /** True when the slot names another slot to go to: a jump, but neither call nor exit. */
    static boolean hasTarget(long slot) {
        int op = Slot.opcode(slot) & 0xf0;
        return isJumpClass(slot) && op != 0x80 && op != 0x90;
    }

    static boolean isGoto(long slot) {
        int opcode = Slot.opcode(slot);
        return opcode == GOTO || opcode == GOTO_LONG;
    }

    /** Where the jump at {@code index} leads; may lie outside the program. */
    static long target(BpfCode code, int index) {
        long slot = code.slot(index);
        return index + 1L + (Slot.opcode(slot) == GOTO_LONG ? Slot.imm(slot) : Slot.offset(slot));
    }

    /** Start of the subprogram that the call or reference at {@code index} names; may lie outside the program. */
    static long callee(BpfCode code, int index) {
        return index + 1L + Slot.imm(code.slot(index));
    }

    /** True when execution may go on with the next instruction. */
    static boolean fallsThrough(long slot) {
        return Slot.opcode(slot) != EXIT && !isGoto(slot);
    }
}
