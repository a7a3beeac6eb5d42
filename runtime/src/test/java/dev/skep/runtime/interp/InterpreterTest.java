package dev.skep.runtime.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.JumpOp;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Asm;
import dev.skep.runtime.BudgetFault;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.UnsupportedFault;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.MemoryFault;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.math.BigInteger;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpreterTest {
    private static final long[] VALUES = {
        0,
        1,
        2,
        7,
        -1,
        -2,
        63,
        64,
        31,
        32,
        33,
        127,
        128,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0x1234_5678_9abc_def0L,
        -12345
    };

    private Machine machine;

    @BeforeEach
    void open() {
        machine = Machine.create(MachineOptions.defaults().withSlabSize(64 << 20));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void keepsItsLoopSmallEnoughForHotSpot() throws Exception {
        try (InputStream in = Interpreter.class.getResourceAsStream("Interpreter.class")) {
            ClassModel model = ClassFile.of().parse(in.readAllBytes());
            for (MethodModel m : model.methods()) {
                int bytes = m.findAttribute(java.lang.classfile.Attributes.code())
                        .map(CodeAttribute::codeLength)
                        .orElse(0);
                assertThat(bytes).as(m.methodName().stringValue()).isLessThan(8000);
            }
        }
    }

    /** RFC 9669's arithmetic, by big integers. */
    private static long expected(AluOp op, long a, long b, boolean is64) {
        int bits = is64 ? 64 : 32;
        long mask = is64 ? -1 : 0xffff_ffffL;
        BigInteger ua = new BigInteger(Long.toUnsignedString(a & mask));
        BigInteger ub = new BigInteger(Long.toUnsignedString(b & mask));
        BigInteger sa = BigInteger.valueOf(is64 ? a : (int) a);
        BigInteger sb = BigInteger.valueOf(is64 ? b : (int) b);
        int shift = (int) (b & bits - 1);
        BigInteger result = switch (op) {
            case ADD -> ua.add(ub);
            case SUB -> ua.subtract(ub);
            case MUL -> ua.multiply(ub);
            case DIV -> ub.signum() == 0 ? BigInteger.ZERO : ua.divide(ub);
            case OR -> ua.or(ub);
            case AND -> ua.and(ub);
            case LSH -> ua.shiftLeft(shift);
            case RSH -> ua.shiftRight(shift);
            case MOD -> ub.signum() == 0 ? ua : ua.remainder(ub);
            case XOR -> ua.xor(ub);
            case ARSH -> sa.shiftRight(shift);
            case SDIV -> sb.signum() == 0 ? BigInteger.ZERO : sa.divide(sb);
            case SMOD -> sb.signum() == 0 ? sa : sa.remainder(sb);
        };
        return result.longValue() & mask;
    }

    @ParameterizedTest
    @EnumSource(AluOp.class)
    void computesArithmeticOfBothWidths(AluOp op) {
        for (boolean is64 : new boolean[] {true, false}) {
            LoadedProgram byRegister = arithmetic(op, is64);
            LongBinaryOperator run = (a, b) -> onStack(byRegister, a, b);
            for (long a : VALUES) {
                for (long b : VALUES) {
                    assertThat(run.applyAsLong(a, b))
                            .as("%s%d %x %x", op, is64 ? 64 : 32, a, b)
                            .isEqualTo(expected(op, a, b, is64));
                }
            }
            for (int imm : new int[] {0, 1, -1, 5, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                Asm asm = Asm.start().load(8, 0, 1, 0);
                LoadedProgram byImmediate = (is64 ? asm.alu(op, 0, imm) : asm.alu32(op, 0, imm))
                        .exit()
                        .load(machine);
                for (long a : VALUES) {
                    assertThat(onStack(byImmediate, a, 0)).isEqualTo(expected(op, a, imm, is64));
                }
            }
        }
    }

    private LoadedProgram arithmetic(AluOp op, boolean is64) {
        Asm asm = Asm.start().load(8, 0, 1, 0).load(8, 2, 1, 8);
        return (is64 ? asm.aluReg(op, 0, 2) : asm.alu32Reg(op, 0, 2)).exit().load(machine);
    }

    private long onStack(LoadedProgram program, long a, long b) {
        long block = machine.slab().allocate(16);
        dev.skep.runtime.memory.SlabAccess.store64(machine.slab().memory(), block, a);
        dev.skep.runtime.memory.SlabAccess.store64(machine.slab().memory(), block + 8, b);
        try (RunContext cx = machine.newContext()) {
            return program.run(cx, block);
        } finally {
            machine.slab().free(block);
        }
    }

    @ParameterizedTest
    @EnumSource(JumpOp.class)
    void branchesOnBothWidths(JumpOp op) {
        for (boolean is64 : new boolean[] {true, false}) {
            Asm asm = Asm.start().load(8, 3, 1, 0).load(8, 2, 1, 8).mov(0, 1);
            asm.raw((is64 ? 0x0d : 0x0e) | op.code(), 3, 2, 1, 0).mov(0, 0);
            LoadedProgram program = asm.exit().load(machine);
            for (long a : VALUES) {
                for (long b : VALUES) {
                    assertThat(onStack(program, a, b) == 1)
                            .as("%s%d %x %x", op, is64 ? 64 : 32, a, b)
                            .isEqualTo(holds(op, is64 ? a : (int) a, is64 ? b : (int) b));
                }
            }
        }
    }

    private static boolean holds(JumpOp op, long a, long b) {
        int unsigned = Long.compareUnsigned(a, b);
        return switch (op) {
            case EQ -> a == b;
            case NE -> a != b;
            case SET -> (a & b) != 0;
            case GT -> unsigned > 0;
            case GE -> unsigned >= 0;
            case LT -> unsigned < 0;
            case LE -> unsigned <= 0;
            case SGT -> a > b;
            case SGE -> a >= b;
            case SLT -> a < b;
            case SLE -> a <= b;
        };
    }

    @Test
    void extendsSwapsAndNegates() {
        long v = 0x1122_3344_5566_f7f8L;
        assertThat(unary(v, 0xbf, 8, 0)).isEqualTo(-8);
        assertThat(unary(v, 0xbf, 16, 0)).isEqualTo((short) 0xf7f8);
        assertThat(unary(0x8000_0000L, 0xbf, 32, 0)).isEqualTo((int) 0x8000_0000);
        assertThat(unary(v, 0xbc, 8, 0)).isEqualTo(0xffff_fff8L);
        assertThat(unary(v, 0xbc, 0, 0)).isEqualTo(0x5566_f7f8L);
        assertThat(swap(v, 0xdc, 16)).isEqualTo(0xf8f7);
        assertThat(swap(v, 0xdc, 32)).isEqualTo(0xf8f7_6655L);
        assertThat(swap(v, 0xdc, 64)).isEqualTo(0xf8f7_6655_4433_2211L);
        assertThat(swap(v, 0xd4, 16)).isEqualTo(0xf7f8);
        assertThat(swap(v, 0xd4, 32)).isEqualTo(0x5566_f7f8L);
        assertThat(swap(v, 0xd4, 64)).isEqualTo(v);
        assertThat(swap(v, 0xd7, 32)).isEqualTo(0xf8f7_6655L);
        assertThat(Asm.start().mov(0, 5).raw(0x87, 0, 0, 0, 0).exit().run(machine))
                .isEqualTo(-5);
        assertThat(Asm.start().mov(0, 5).raw(0x84, 0, 0, 0, 0).exit().run(machine))
                .isEqualTo(0xffff_fffbL);
    }

    private long unary(long v, int opcode, int off, int imm) {
        return Asm.start().ld64(1, v).raw(opcode, 0, 1, off, imm).exit().run(machine);
    }

    private long swap(long v, int opcode, int bits) {
        return Asm.start().ld64(0, v).raw(opcode, 0, 0, 0, bits).exit().run(machine);
    }

    @Test
    void runsAtomicsOnTheStack() {
        assertThat(atomic(8, 0x01, 10, 5)).isEqualTo(10_015);
        assertThat(atomic(8, 0x41, 10, 5)).isEqualTo(10_015);
        assertThat(atomic(8, 0x51, 12, 10)).isEqualTo(12_008);
        assertThat(atomic(8, 0xa1, 12, 10)).isEqualTo(12_006);
        assertThat(atomic(8, 0xe1, 12, 10)).isEqualTo(12_010);
        assertThat(atomic(4, 0x01, 10, 5)).isEqualTo(10_015);
        long swapped = Asm.start()
                .storeImm(8, 10, -8, 7)
                .mov(0, 7)
                .mov(2, 9)
                .atomic(8, 10, -8, 2, 0xf1)
                .load(8, 1, 10, -8)
                .alu(AluOp.MUL, 1, 100)
                .aluReg(AluOp.ADD, 0, 1)
                .exit()
                .run(machine);
        assertThat(swapped).isEqualTo(907);
        long kept = Asm.start()
                .storeImm(8, 10, -8, 7)
                .mov(0, 6)
                .mov(2, 9)
                .atomic(8, 10, -8, 2, 0xf1)
                .load(8, 1, 10, -8)
                .alu(AluOp.MUL, 1, 100)
                .aluReg(AluOp.ADD, 0, 1)
                .exit()
                .run(machine);
        assertThat(kept).isEqualTo(707);
        long acquired = Asm.start()
                .mov(2, 0x1ff)
                .atomic(1, 10, -8, 2, 0x110)
                .raw(0xd3, 0, 10, -8, 0x100)
                .exit()
                .run(machine);
        assertThat(acquired).isEqualTo(0xff);
    }

    /** 1000 times the fetched value plus the new one. */
    private long atomic(int size, int op, int before, int operand) {
        return Asm.start()
                .storeImm(8, 10, -8, before)
                .mov(2, operand)
                .atomic(size, 10, -8, 2, op)
                .load(8, 0, 10, -8)
                .alu(AluOp.MUL, 2, 1000)
                .aluReg(AluOp.ADD, 0, 2)
                .exit()
                .run(machine);
    }

    @Test
    void preservesRegistersAndFramesAcrossCalls() {
        long result = Asm.start()
                .mov(6, 100)
                .storeImm(8, 10, -8, 11)
                .mov(1, 5)
                .call("f")
                .load(8, 1, 10, -8)
                .aluReg(AluOp.ADD, 0, 1)
                .aluReg(AluOp.ADD, 0, 6)
                .exit()
                .label("f")
                .mov(6, 3)
                .storeImm(8, 10, -8, 1000)
                .movReg(0, 1)
                .aluReg(AluOp.ADD, 0, 6)
                .exit()
                .run(machine);
        assertThat(result).isEqualTo(5 + 3 + 11 + 100);
    }

    @Test
    void faultsOnRunawayRecursion() {
        assertThatThrownBy(() -> Asm.start().label("f").call("f").exit().run(machine))
                .isInstanceOfSatisfying(
                        BudgetFault.class, f -> assertThat(f.kind()).isEqualTo(BudgetFault.Kind.STACK));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 65535, -1, 1L << 40, 64 << 20})
    void faultsOnWildPointers(long address) {
        assertThatThrownBy(() -> Asm.start()
                        .mov(0, 0)
                        .ld64(1, address)
                        .load(8, 0, 1, 0)
                        .exit()
                        .run(machine))
                .isInstanceOfSatisfying(MemoryFault.class, f -> {
                    assertThat(f.insnIndex()).isEqualTo(3);
                    assertThat(f.program()).isEqualTo("test");
                });
    }

    @Test
    void runsMisalignedAtomicsAsTheProcessorDoes() {
        long sum = Asm.start()
                .mov(2, 40)
                .store(8, 10, -17, 2)
                .mov(2, 2)
                .atomic(8, 10, -17, 2, 0)
                .load(8, 0, 10, -17)
                .exit()
                .run(machine);
        assertThat(sum).isEqualTo(42);
        assertThatThrownBy(() -> Asm.start()
                        .mov(0, 0)
                        .mov(1, 1)
                        .ld64(2, 1)
                        .atomic(8, 2, 0, 1, 0)
                        .exit()
                        .run(machine))
                .isInstanceOf(MemoryFault.class);
    }

    @Test
    void faultsOnUnknownCallsAndFallingOffTheEnd() {
        assertThatThrownBy(() -> Asm.start().helper(9999).exit().run(machine)).isInstanceOf(UnsupportedFault.class);
        assertThatThrownBy(() -> Asm.start().mov(0, 0).run(machine)).isInstanceOf(UnsupportedFault.class);
        assertThatThrownBy(() -> Asm.start().raw(0xff, 0, 0, 0, 0).run(machine)).isInstanceOf(UnsupportedFault.class);
    }

    @Test
    void endsEndlessLoopsByBudgetAndDeadline() {
        LoadedProgram loop = Asm.start().label("top").add(0, 1).jump("top").load(machine);
        try (RunContext cx = machine.newContext()) {
            cx.limitBackEdges(1000);
            assertThatThrownBy(() -> loop.run(cx, 0))
                    .isInstanceOfSatisfying(
                            BudgetFault.class, f -> assertThat(f.kind()).isEqualTo(BudgetFault.Kind.BACK_EDGES));
            cx.limitBackEdges(Long.MAX_VALUE);
            cx.limitNanos(5_000_000);
            assertThatThrownBy(() -> loop.run(cx, 0))
                    .isInstanceOfSatisfying(
                            BudgetFault.class, f -> assertThat(f.kind()).isEqualTo(BudgetFault.Kind.DEADLINE));
        }
    }

    @Test
    void countsInAnArrayMap() {
        BpfMap counters = machine.createMap(MapSpec.of("counters", MapType.ARRAY, 4, 8, 4));
        LoadedProgram count = Asm.start()
                .storeImm(4, 10, -4, 2)
                .movReg(2, 10)
                .add(2, -4)
                .map(1, counters)
                .helper(1)
                .jumpIf(JumpOp.EQ, 0, 0, "out")
                .mov(1, 1)
                .atomic(8, 0, 0, 1, 0)
                .label("out")
                .mov(0, 0)
                .exit()
                .load(machine);
        try (RunContext cx = machine.newContext()) {
            for (int i = 0; i < 10; i++) {
                assertThat(count.run(cx, 0)).isZero();
            }
        }
        assertThat(counters.get(new byte[] {2, 0, 0, 0})).containsExactly(10, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void readsGlobalDataAtItsConstantAddress() {
        BpfMap data = machine.createMap(
                MapSpec.of(".data", MapType.ARRAY, 4, 16, 1).withContents(new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3}));
        assertThat(Asm.start().mapValue(1, data, 4).load(4, 0, 1, 0).exit().run(machine))
                .isEqualTo(2);
    }

    @Test
    void allocatesNothingPerWarmRun() {
        BpfMap map = machine.createMap(MapSpec.of("h", MapType.HASH, 8, 8, 16));
        LoadedProgram program = Asm.start()
                .storeImm(8, 10, -8, 5)
                .storeImm(8, 10, -16, 1)
                .movReg(2, 10)
                .add(2, -8)
                .movReg(3, 10)
                .add(3, -16)
                .mov(4, 0)
                .map(1, map)
                .helper(2)
                .movReg(2, 10)
                .add(2, -8)
                .map(1, map)
                .helper(1)
                .mov(1, 3)
                .call("f")
                .mov(0, 0)
                .exit()
                .label("f")
                .movReg(0, 1)
                .exit()
                .load(machine);
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        try (RunContext cx = machine.newContext()) {
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 200 && allocated > 1000; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    program.run(cx, 0);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("bytes for 10,000 warm runs").isLessThan(1000);
        }
    }
}
