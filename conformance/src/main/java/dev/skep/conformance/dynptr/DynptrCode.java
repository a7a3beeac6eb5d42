package dev.skep.conformance.dynptr;

import dev.skep.conformance.random.CodeBuilder;
import dev.skep.kernel.KernelModel;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a program out of dynptr operations; each notes its result where Java finds it. Chained calls.
 *
 * <p><em>Shape</em>: dynptr {@code d} lies at {@code fp - 16 * (d + 1)}. R9 is the context, R0 to R5 are the
 * operations' own. Results go to the map {@link Subject#RESULTS}, eight bytes each, in the order of the calls:
 *
 * <ul>
 *   <li>a number is itself, sign-extended from the width that the function returns;
 *   <li>a pointer is 0 for NULL, else {@code 1 | first byte << 8 | last byte << 16 | (points to the buffer) << 24}.
 * </ul>
 */
public final class DynptrCode {
    private static final int R6 = 6;
    private static final int R9 = 9;
    private static final int JEQ = 0x15;
    private static final int JEQ_REG = 0x1d;
    private static final int LSH = 0x60;
    private static final int OR = 0x40;
    private static final int AND = 0x50;
    private static final int ARSH = 0xc0;
    private static final int ADD = 0x00;

    private final CodeBuilder code = new CodeBuilder();
    private final KernelModel kernel;
    private final Map<Integer, String> kfuncs = new TreeMap<>();
    private final List<int[]> functions = new ArrayList<>();
    private int results;
    private int frame = 10;
    private boolean keeps;
    private boolean typed;

    public DynptrCode(KernelModel kernel) {
        this.kernel = kernel;
        code.mov(R9, 1);
    }

    /** Number of results so far. */
    public int results() {
        return results;
    }

    /** The code as it grows, for what no method here does. */
    public CodeBuilder code() {
        return code;
    }

    Map<Integer, String> kfuncs() {
        return kfuncs;
    }

    /** {instruction, BTF id of its type} of each subprogram but the first. */
    List<int[]> functions() {
        return functions;
    }

    BpfCode finish() {
        return BpfCode.of(code.finish());
    }

    /** True when the kernel at hand has this function. */
    public boolean has(String kfunc) {
        return kernel.btf().find(kfunc, BtfType.Function.class) > 0;
    }

    /** {@code r = value} of map {@code map} + {@code offset}. */
    public DynptrCode value(int reg, int map, int offset) {
        code.load64(reg, 2, map, offset);
        return this;
    }

    /** {@code r = number}, 64 bits. */
    public DynptrCode number(int reg, long value) {
        if (value == (int) value) {
            code.movImm(reg, (int) value);
        } else {
            code.load64(reg, 0, (int) value, (int) (value >>> 32));
        }
        return this;
    }

    /** {@code r = &dynptr}. */
    public DynptrCode dynptr(int reg, int d) {
        code.mov(reg, frame);
        code.alu(ADD, reg, -16 * (d + 1));
        return this;
    }

    /** The register that points to the end of the frame that the dynptrs are in; R10 at first. */
    DynptrCode frame(int register) {
        frame = register;
        return this;
    }

    int frame() {
        return frame;
    }

    public DynptrCode context(int reg) {
        code.mov(reg, R9);
        return this;
    }

    /** A helper whose result is a number. */
    public DynptrCode helper(int id) {
        code.helper(id);
        return note();
    }

    /** A kernel function whose result is an int: the upper half of R0 is anything. */
    public DynptrCode kfunc(String name) {
        call(name);
        code.alu(LSH, 0, 32);
        code.alu(ARSH, 0, 32);
        return note();
    }

    /** A kernel function whose result is a bool: the upper seven bytes of R0 are anything. */
    private DynptrCode predicate(String name) {
        call(name);
        code.alu(AND, 0, 0xff);
        return note();
    }

    /** A kernel function, its result left in R0. */
    public DynptrCode call(String name) {
        int id = kernel.btf().find(name, BtfType.Function.class);
        if (id <= 0) {
            throw new IllegalArgumentException("kernel " + kernel.version() + " has no such function: name=" + name);
        }
        kfuncs.put(id, name);
        code.kfunc(id);
        return this;
    }

    /** Notes R0 as the next result. */
    public DynptrCode note() {
        int at = nextResult();
        value(1, Subject.RESULTS, at);
        code.store(8, 1, 0, 0);
        return this;
    }

    private int nextResult() {
        int at = 8 * results++;
        if (at >= Subject.RESULT_BYTES) {
            throw new IllegalStateException("too many results: " + results);
        }
        return at;
    }

    /**
     * Notes R0, a pointer to {@code size} bytes or NULL, and stores {@code poke} to its last byte when that is not
     * negative.
     */
    public DynptrCode notePointer(int size, int bufferOffset, int poke) {
        if (keeps) {
            code.mov(R6, 0);
        }
        int at = nextResult();
        int end = code.label();
        value(1, Subject.RESULTS, at);
        code.storeImm(8, 1, 0, 0);
        code.jump(JEQ, 0, 0, 0, end);
        code.movImm(2, 1);
        if (size > 0) {
            byteOf(2, 0, 8);
            byteOf(2, size - 1, 16);
        }
        if (bufferOffset >= 0) {
            int other = code.label();
            int same = code.label();
            value(3, Subject.BUFFER, bufferOffset);
            code.jump(JEQ_REG, 0, 3, 0, same);
            code.go(other);
            code.bind(same);
            code.alu(OR, 2, 1 << 24);
            code.bind(other);
        }
        if (poke >= 0 && size > 0) {
            code.storeImm(1, 0, size - 1, poke);
        }
        code.store(8, 1, 0, 2);
        code.bind(end);
        return this;
    }

    /** From now on R6 is the last pointer, not yet compared with NULL. */
    void keepPointers(boolean keep) {
        keeps = keep;
    }

    private void byteOf(int to, int offset, int shift) {
        code.load(1, 4, 0, offset);
        code.alu(LSH, 4, shift);
        code.aluReg(OR, to, 4);
    }

    /** Over the map {@link Subject#AREA}. */
    public DynptrCode fromMem(int d, int areaOffset, long size, long flags) {
        return value(1, Subject.AREA, areaOffset)
                .number(2, size)
                .number(3, flags)
                .dynptr(4, d)
                .helper(197);
    }

    public DynptrCode reserve(int d, long size, long flags) {
        code.load64(1, 1, Subject.RING, 0);
        return number(2, size).number(3, flags).dynptr(4, d).helper(198);
    }

    public DynptrCode submit(int d, long flags) {
        dynptr(1, d).number(2, flags);
        code.helper(199);
        return this;
    }

    public DynptrCode discard(int d, long flags) {
        dynptr(1, d).number(2, flags);
        code.helper(200);
        return this;
    }

    /** To the map {@link Subject#BUFFER}. */
    public DynptrCode read(int d, long offset, long length, long flags, int bufferOffset) {
        return value(1, Subject.BUFFER, bufferOffset)
                .number(2, length)
                .dynptr(3, d)
                .number(4, offset)
                .number(5, flags)
                .helper(201);
    }

    /** From the map {@link Subject#BUFFER}. */
    public DynptrCode write(int d, long offset, long length, long flags, int bufferOffset) {
        return dynptr(1, d)
                .number(2, offset)
                .value(3, Subject.BUFFER, bufferOffset)
                .number(4, length)
                .number(5, flags)
                .helper(202);
    }

    public DynptrCode data(int d, long offset, int length, int poke) {
        dynptr(1, d).number(2, offset).number(3, length);
        code.helper(203);
        return notePointer(length, -1, poke);
    }

    /** @param bufferOffset negative: a NULL buffer */
    public DynptrCode slice(int d, long offset, int length, int bufferOffset) {
        return sliceCall("bpf_dynptr_slice", d, offset, length, bufferOffset, -1);
    }

    /** @param bufferOffset negative: a NULL buffer */
    public DynptrCode sliceWritable(int d, long offset, int length, int bufferOffset, int poke) {
        return sliceCall("bpf_dynptr_slice_rdwr", d, offset, length, bufferOffset, poke);
    }

    private DynptrCode sliceCall(String kfunc, int d, long offset, int length, int bufferOffset, int poke) {
        dynptr(1, d).number(2, offset);
        if (bufferOffset < 0) {
            number(3, 0);
        } else {
            value(3, Subject.BUFFER, bufferOffset);
        }
        return number(4, length).call(kfunc).notePointer(length, bufferOffset, poke);
    }

    public DynptrCode adjust(int d, long start, long end) {
        return dynptr(1, d).number(2, start).number(3, end).kfunc("bpf_dynptr_adjust");
    }

    public DynptrCode isNull(int d) {
        return dynptr(1, d).predicate("bpf_dynptr_is_null");
    }

    public DynptrCode isReadOnly(int d) {
        return dynptr(1, d).predicate("bpf_dynptr_is_rdonly");
    }

    public DynptrCode size(int d) {
        return dynptr(1, d).kfunc("bpf_dynptr_size");
    }

    public DynptrCode cloneTo(int from, int to) {
        return dynptr(1, from).dynptr(2, to).kfunc("bpf_dynptr_clone");
    }

    public DynptrCode copy(int to, long toOffset, int from, long fromOffset, long size) {
        return dynptr(1, to)
                .number(2, toOffset)
                .dynptr(3, from)
                .number(4, fromOffset)
                .number(5, size)
                .kfunc("bpf_dynptr_copy");
    }

    public DynptrCode fill(int d, long offset, long size, long value) {
        return dynptr(1, d).number(2, offset).number(3, size).number(4, value).kfunc("bpf_dynptr_memset");
    }

    /** {@code bpf_dynptr_from_skb}, {@code _from_xdp} or {@code _from_skb_meta}. */
    public DynptrCode fromPacket(String kfunc, int d, long flags) {
        return context(1).number(2, flags).dynptr(3, d).kfunc(kfunc);
    }

    /** {@code bpf_dynptr_from_file} of the file that the program was called with. */
    public DynptrCode fromFile(int d, long flags) {
        code.load(8, 1, R9, 0);
        return number(2, flags).dynptr(3, d).kfunc("bpf_dynptr_from_file");
    }

    public DynptrCode discardFile(int d) {
        return dynptr(1, d).call("bpf_dynptr_file_discard");
    }

    /** A helper on the context and some numbers. */
    public DynptrCode packetHelper(int id, long... arguments) {
        context(1);
        for (int i = 0; i < arguments.length; i++) {
            number(2 + i, arguments[i]);
        }
        return helper(id);
    }

    /** {@code r0 = 0; exit}. */
    public DynptrCode end() {
        code.movImm(0, 0);
        code.exit();
        return this;
    }

    /** A new {@link Subject#PAIR_TYPE}, or NULL, in R0: the program must drop it. */
    public DynptrCode object() {
        typed = true;
        return number(1, Subject.PAIR_TYPE).number(2, 0).call("bpf_obj_new_impl");
    }

    /** True when the program names types of its own. */
    boolean isTyped() {
        return typed;
    }

    /** A subprogram starts here; its type is a BTF id of {@link Subject}. */
    public DynptrCode function(int typeId) {
        functions.add(new int[] {code.size(), typeId});
        return this;
    }
}
