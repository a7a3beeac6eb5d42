package dev.skep;

import dev.skep.runtime.Machine;

/**
 * A file of the host that programs may read, as the {@code struct file} that a kernel function or security hook is
 * given. Close it when no run has it any more.
 */
public final class ProvidedFile implements AutoCloseable {
    private final Machine machine;
    private final long address;

    ProvidedFile(Machine machine, long address) {
        this.machine = machine;
        this.address = address;
    }

    /** What programs know it by: an argument for {@link TracedProgram#run}. */
    public long address() {
        return address;
    }

    @Override
    public void close() {
        machine.closeFile(address);
    }
}
