package dev.skep.verifier.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.DynptrType;
import dev.skep.object.btf.Btf;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Registers, slots and what they may hold: values that never change, with one part replaced at a time. */
class RegStateTest {
    private static final RegState POINTER = RegState.pointer(new RegType.Ctx(0), 8, 3, 4);

    @Test
    void tellsNumbersPointersAndNothingApart() {
        assertThat(RegState.NOT_INIT.isInit()).isFalse();
        assertThat(RegState.NOT_INIT.isScalar()).isFalse();
        assertThat(RegState.NOT_INIT.isPointer()).isFalse();
        assertThat(RegState.UNKNOWN.isInit()).isTrue();
        assertThat(RegState.UNKNOWN.isScalar()).isTrue();
        assertThat(RegState.UNKNOWN.isPointer()).isFalse();
        assertThat(POINTER.isInit()).isTrue();
        assertThat(POINTER.isPointer()).isTrue();
        assertThat(POINTER.isScalar()).isFalse();
    }

    @Test
    void knowsConstantsOfNumbersOnly() {
        assertThat(RegState.constant(0)).isSameAs(RegState.ZERO);
        assertThat(RegState.ZERO.isNull()).isTrue();
        RegState five = RegState.constant(5);
        assertThat(five.isConst()).isTrue();
        assertThat(five.isConst(5)).isTrue();
        assertThat(five.isConst(6)).isFalse();
        assertThat(five.isNull()).isFalse();
        assertThat(RegState.UNKNOWN.isConst()).isFalse();
        assertThat(RegState.UNKNOWN.isConst(0)).isFalse();
        assertThat(POINTER.isConst()).isFalse();
        assertThat(POINTER.isConst(0)).isFalse();
        assertThat(RegState.pointer(new RegType.Ctx(0))).isEqualTo(RegState.pointer(new RegType.Ctx(0), 0, 0, 0));
    }

    @Test
    void everyPartCountsForEquality() {
        List<RegState> different = List.of(
                POINTER,
                POINTER.withOff(9),
                POINTER.withId(9),
                POINTER.withRefId(9),
                POINTER.withPrecise(true),
                POINTER.withVar(ScalarValue.UNKNOWN),
                POINTER.withType(RegType.Stack.of(0)),
                POINTER.withDelta(3, 8),
                POINTER.withDelta32(3, 8),
                RegState.UNKNOWN,
                RegState.ZERO);
        for (int i = 0; i < different.size(); i++) {
            for (int j = 0; j < different.size(); j++) {
                assertThat(different.get(i).equals(different.get(j)))
                        .as("%d and %d", i, j)
                        .isEqualTo(i == j);
            }
        }
        RegState same = RegState.pointer(new RegType.Ctx(0), 8, 3, 4);
        assertThat(same).isEqualTo(POINTER).isNotSameAs(POINTER).hasSameHashCodeAs(POINTER);
        assertThat(POINTER.equals("POINTER")).isFalse();
        assertThat(different.stream().map(RegState::hashCode).distinct().count())
                .isGreaterThan(5);
    }

    @Test
    void replacingAPartByItselfMakesNothingNew() {
        assertThat(POINTER.withType(POINTER.type)).isSameAs(POINTER);
        assertThat(POINTER.withVar(POINTER.var)).isSameAs(POINTER);
        assertThat(POINTER.withOff(8)).isSameAs(POINTER);
        assertThat(POINTER.withId(3)).isSameAs(POINTER);
        assertThat(POINTER.withRefId(4)).isSameAs(POINTER);
        assertThat(POINTER.withPrecise(false)).isSameAs(POINTER);
    }

    @Test
    void replacingAPartKeepsTheOthers() {
        RegState full = POINTER.withPrecise(true).withVar(ScalarValue.UNKNOWN);
        assertThat(full.withType(RegType.Stack.of(1)).withType(full.type)).isEqualTo(full);
        assertThat(full.withOff(1).withOff(8)).isEqualTo(full);
        assertThat(full.withId(1).withId(3)).isEqualTo(full);
        assertThat(full.withRefId(1).withRefId(4)).isEqualTo(full);
        assertThat(full.withOff(1).off).isEqualTo(1);
        assertThat(full.withRefId(1).refId).isEqualTo(1);
    }

    @Test
    void anotherIdDropsTheDistance() {
        RegState apart = RegState.UNKNOWN.withDelta(5, 12);
        assertThat(apart.hasDelta).isTrue();
        assertThat(apart.delta32).isFalse();
        assertThat(apart.off).isEqualTo(12);
        assertThat(apart.id).isEqualTo(5);
        assertThat(RegState.UNKNOWN.withDelta32(5, 12).delta32).isTrue();
        RegState linked = apart.withId(5);
        assertThat(linked.hasDelta).isFalse();
        assertThat(linked.off).isZero();
        assertThat(linked.id).isEqualTo(5);
        assertThat(POINTER.withId(9).off).isEqualTo(8);
    }

    @Test
    void slotsOfPlainBytesAreShared() {
        assertThat(StackSlot.bytes(0)).isSameAs(StackSlot.EMPTY);
        assertThat(StackSlot.bytes(0x2222_2222)).isSameAs(StackSlot.ALL_MISC);
        assertThat(StackSlot.bytes(0x3333_3333)).isSameAs(StackSlot.ALL_ZERO);
        assertThat(StackSlot.bytes(0x2333).kinds).isEqualTo(0x2333);
    }

    @Test
    void namesTheKindOfEachByte() {
        int kinds = 0;
        for (int i = 0; i < 8; i++) {
            kinds = StackSlot.setKind(kinds, i, i % 7);
        }
        StackSlot slot = StackSlot.bytes(kinds);
        for (int i = 0; i < 8; i++) {
            assertThat(slot.kind(i)).isEqualTo(i % 7);
        }
        assertThat(StackSlot.setKind(-1, 3, 0)).isEqualTo(0xffff_0fff);
    }

    @Test
    void tellsWholeSpillsFromParts() {
        StackSlot whole = StackSlot.spill(RegState.UNKNOWN);
        StackSlot part = StackSlot.spill(0x2222_1111, RegState.UNKNOWN);
        assertThat(whole.isSpill()).isTrue();
        assertThat(whole.isFullSpill()).isTrue();
        assertThat(part.isSpill()).isTrue();
        assertThat(part.isFullSpill()).isFalse();
        assertThat(StackSlot.ALL_MISC.isSpill()).isFalse();
        assertThat(whole.withReg(RegState.UNKNOWN)).isSameAs(whole);
        assertThat(part.withReg(RegState.ZERO))
                .isEqualTo(StackSlot.spill(0x2222_1111, RegState.ZERO))
                .isNotEqualTo(part);
        assertThat(part.equals("part")).isFalse();
        assertThat(part).hasSameHashCodeAs(StackSlot.spill(0x2222_1111, RegState.UNKNOWN));
        assertThat(StackSlot.ALL_ZERO.hashCode()).isNotEqualTo(StackSlot.ALL_MISC.hashCode());
    }

    @Test
    void objectsFillTheirSlot() {
        SlotObject.Dynptr dynptr = new SlotObject.Dynptr(DynptrType.RINGBUF, true, 1, 2);
        StackSlot slot = StackSlot.object(StackSlot.DYNPTR, dynptr);
        assertThat(slot.kinds).isEqualTo(0x4444_4444);
        assertThat(slot.object).isEqualTo(dynptr);
        SlotObject.IrqFlag flag = new SlotObject.IrqFlag(1, false);
        assertThat(slot.withObject(flag).object).isSameAs(flag);
        assertThat(slot.withObject(flag)).isNotEqualTo(slot);
        assertThat(slot.withObject(flag).kinds).isEqualTo(slot.kinds);
    }

    @Test
    void slicesEndWithTheDynptrsReferenceOrItsObjects() {
        SlotObject.Dynptr free = new SlotObject.Dynptr(DynptrType.LOCAL, true, 1, 0);
        assertThat(free.sliceRefId()).isZero();
        assertThat(free.within(Extent.object(6)).sliceRefId()).isEqualTo(6);
        assertThat(new SlotObject.Dynptr(DynptrType.RINGBUF, true, 1, 4, Extent.object(6)).sliceRefId())
                .isEqualTo(4);
    }

    @Test
    void iteratorsChangeOneThingAtATime() {
        SlotObject.Iterator it =
                new SlotObject.Iterator(true, Btf.EMPTY, 3, false, 0, 5, SlotObject.Iterator.Guard.RCU);
        assertThat(it.drainedTo(true, 4))
                .isEqualTo(new SlotObject.Iterator(true, Btf.EMPTY, 3, true, 4, 5, SlotObject.Iterator.Guard.RCU));
        assertThat(it.withGuard(SlotObject.Iterator.Guard.LOST).guard()).isEqualTo(SlotObject.Iterator.Guard.LOST);
    }

    @Test
    void extentsCoverTheSlotsOfTheirFrame() {
        Extent e = Extent.stack(1, 0b100);
        assertThat(e.covers(1, 2)).isTrue();
        assertThat(e.covers(1, 1)).isFalse();
        assertThat(e.covers(0, 2)).isFalse();
        assertThat(e.readOnly()).isFalse();
        assertThat(Extent.mapKey(2)).isEqualTo(new Extent(2, 0, 0, true));
        assertThat(Extent.object(9)).isEqualTo(new Extent(-1, 0, 9, false));
    }

    @Test
    void sixEntriesFitInALong() {
        long set = LinkedSet.EMPTY;
        for (int i = 0; i < LinkedSet.MAX; i++) {
            assertThat(LinkedSet.size(set)).isEqualTo(i);
            set = LinkedSet.add(set, i % 2 == 0, 7 - i, 63 - 9 * i);
        }
        for (int i = 0; i < LinkedSet.MAX; i++) {
            assertThat(LinkedSet.isRegister(set, i)).isEqualTo(i % 2 == 0);
            assertThat(LinkedSet.frame(set, i)).isEqualTo(7 - i);
            assertThat(LinkedSet.index(set, i)).isEqualTo(63 - 9 * i);
        }
        assertThat(LinkedSet.size(set)).isEqualTo(6);
    }

    @Test
    void onlyLocksAreLocks() {
        for (Reference.Kind kind : Reference.Kind.values()) {
            assertThat(new Reference(kind, 1, 2, null, 0).isLock())
                    .isEqualTo(kind.name().contains("LOCK"));
        }
    }
}
