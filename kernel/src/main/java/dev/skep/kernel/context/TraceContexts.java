package dev.skep.kernel.context;

/** Contexts of tracing programs without BTF: registers, raw arguments, tracepoint records; and of syscall programs. */
final class TraceContexts {
    static final FieldTable REGISTERS = FieldTable.of("pt_regs", 168, """
          0 r15 pieces
          8 r14 pieces
         16 r13 pieces
         24 r12 pieces
         32 bp pieces
         40 bx pieces
         48 r11 pieces
         56 r10 pieces
         64 r9 pieces
         72 r8 pieces
         80 ax pieces
         88 cx pieces
         96 dx pieces
        104 si pieces
        112 di pieces
        120 orig_ax pieces
        128 ip pieces
        136 cs pieces
        144 flags pieces
        152 sp pieces
        160 ss pieces
        """);

    static final FieldTable PERF_EVENT = FieldTable.of("bpf_perf_event_data", 184, """
          0 regs.r15 long
          8 regs.r14 long
         16 regs.r13 long
         24 regs.r12 long
         32 regs.bp long
         40 regs.bx long
         48 regs.r11 long
         56 regs.r10 long
         64 regs.r9 long
         72 regs.r8 long
         80 regs.ax long
         88 regs.cx long
         96 regs.dx long
        104 regs.si long
        112 regs.di long
        120 regs.orig_ax long
        128 regs.ip long
        136 regs.cs long
        144 regs.flags long
        152 regs.sp long
        160 regs.ss long
        168 sample_period pieces
        176 addr pieces
        """);

    static final FieldTable RAW_ARGUMENTS = FieldTable.of("", 96, "0 args[12] pieces");

    /** The first argument is a buffer: a read of its start is a read of the pointer. */
    static final FieldTable WRITABLE_ARGUMENTS = FieldTable.of("", 96, """
          0 first tail buffer
          8 rest[11] pieces
        """);

    static final FieldTable REMOTE_CONTROL = FieldTable.of("", 4, "0 sample word");

    /** A tracepoint's record: any aligned read behind the common header. Offsets below zero are the walk's business. */
    static final ContextLayout TRACEPOINT = new AlignedContext(8192) {
        @Override
        boolean allows(int offset, boolean write) {
            return !write && (offset < 0 || offset >= Long.BYTES && offset < size());
        }
    };

    /** A syscall program's argument: plain memory, read and written. */
    static final ContextLayout SYSCALL = new AlignedContext(65535) {
        @Override
        boolean allows(int offset, boolean write) {
            return offset >= 0 && offset < size();
        }
    };

    private TraceContexts() {}
}
