package dev.skep.object.spec;

import java.util.List;

/**
 * A function as it stands in its section: a program, or a subprogram of {@code .text}.
 *
 * <p><em>Units</em>: {@code start} counts slots from the start of the section; relocation indexes count from the
 * function's start.
 *
 * @param sectionName without a leading question mark, which {@code autoload} tells
 * @param hidden global, but to be verified in its callers' context
 * @param relocations by slot, ascending
 */
record ObjectFunction(
        String name,
        int section,
        String sectionName,
        int start,
        long[] slots,
        boolean global,
        boolean hidden,
        boolean autoload,
        List<CodeRelocation> relocations) {

    /** What linking does to one instruction. */
    sealed interface CodeRelocation {
        int slot();

        /** A load of a map's address. */
        record MapAddress(int slot, int map) implements CodeRelocation {}

        /** A load of an address in global data; {@code offset} is added to the instruction's immediate. */
        record DataAddress(int slot, int map, int offset) implements CodeRelocation {}

        /** A load of an extern's address. */
        record ExternAddress(int slot, int extern) implements CodeRelocation {}

        /** A call of a kernel function. */
        record ExternCall(int slot, int extern) implements CodeRelocation {}

        /** A call of a subprogram; the symbol lies {@code offset} bytes into {@code .text}. */
        record Call(int slot, long offset) implements CodeRelocation {}

        /** A load of a subprogram's address. */
        record FunctionAddress(int slot, long offset) implements CodeRelocation {}
    }

    CodeRelocation relocationAt(int slot) {
        int low = 0;
        int high = relocations.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (relocations.get(middle).slot() < slot) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < relocations.size() && relocations.get(low).slot() == slot ? relocations.get(low) : null;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
