package dev.skep.runtime.memory;

import dev.skep.runtime.ProgramFault;

/** A run that reached for an address outside its memory, in the null page, or, for an atomic operation, not aligned. */
public final class MemoryFault extends ProgramFault {
    private static final long serialVersionUID = 1;

    public MemoryFault(String rule, Throwable cause) {
        super(rule, cause);
    }

    public static MemoryFault at(long address, long bytes) {
        return new MemoryFault(
                "address must be in program memory: address=0x" + Long.toHexString(address) + " bytes=" + bytes, null);
    }
}
