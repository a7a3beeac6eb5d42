package dev.skep.conformance.random;

import java.util.function.Predicate;

/** All kinds of statement, with how often each is tried. */
enum Statements {
    ARITHMETIC(16, Numbers::arithmetic),
    COPY(5, Numbers::copy),
    FRESH(5, g -> Numbers.fresh(g) >= 0),
    BOUND(4, g -> Numbers.bounded(g, g.rng.pick(0, 1, 3, 7, 15, 31, 40, 100, 1000)) >= 0),
    STORE_CONTEXT(1, Accesses::storeContext),
    ACCESS(14, Accesses::access),
    MOVE(9, Accesses::movePointer),
    SPILL(8, Spills::spill),
    FILL(8, Spills::fill),
    STACK(4, Spills::stackAccess),
    PROVE(7, Packets::prove),
    META(1, Packets::metadata),
    PACKET_HELPER(2, Packets::helper),
    LEGACY(1, Packets::legacyLoad),
    SOCKET(1, Packets::socket),
    LOOKUP(7, MapCalls::lookup),
    CHECK(3, MapCalls::checkLate),
    CHANGE(2, MapCalls::change),
    GLOBAL(3, MapCalls::global),
    NESTED(1, MapCalls::nested),
    TAIL(1, MapCalls::tailCall),
    LOCK(1, MapCalls::lock),
    RESERVE(3, Rings::reserve),
    OUTPUT(2, Rings::output),
    QUERY(1, Rings::query),
    DYNPTR(4, Dynptrs::use),
    BRANCH(10, Flow::branch),
    LEAVE(3, Flow::leave),
    DIAMOND(5, Flow::diamond),
    COUNTED(3, Flow::counted),
    ITERATOR(2, Flow::iterator),
    MAY_GOTO(1, Flow::mayGoto),
    REGION(1, Flow::region),
    SUBPROGRAM(3, Calls::subprogram),
    GLOBAL_FUNCTION(1, Calls::global),
    CALLBACK(2, Calls::callback),
    MEMORY(2, Calls::memory),
    SIMPLE(2, Calls::simple),
    RAISE(1, Calls::raise);

    private static final Statements[] ALL = values();

    private final int weight;
    private final Predicate<Gen> writer;

    Statements(int weight, Predicate<Gen> writer) {
        this.weight = weight;
        this.writer = writer;
    }

    private static int total(Theme theme) {
        int sum = 0;
        for (Statements s : ALL) {
            sum += theme.weight(s, s.weight);
        }
        return sum;
    }

    /** Writes one statement that fits here. */
    static void any(Gen g) {
        int total = total(g.theme);
        for (int i = 0; i < 20; i++) {
            int n = g.rng.below(total);
            for (Statements s : ALL) {
                n -= g.theme.weight(s, s.weight);
                if (n < 0) {
                    if (s.writer.test(g)) {
                        return;
                    }
                    break;
                }
            }
        }
    }
}
