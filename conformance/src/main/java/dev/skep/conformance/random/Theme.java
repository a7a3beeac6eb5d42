package dev.skep.conformance.random;

import java.util.EnumSet;
import java.util.Set;

/** What a generated program is mostly about: its statements are tried more often. */
enum Theme {
    NONE(),
    OBJECTS(Statements.DYNPTR, Statements.RESERVE, Statements.OUTPUT, Statements.QUERY, Statements.LOOKUP),
    LOOPS(Statements.ITERATOR, Statements.CALLBACK, Statements.COUNTED, Statements.MAY_GOTO),
    REGIONS(Statements.LOCK, Statements.REGION, Statements.NESTED, Statements.LOOKUP, Statements.ITERATOR),
    CALLS(Statements.SUBPROGRAM, Statements.GLOBAL_FUNCTION, Statements.CALLBACK, Statements.DYNPTR),
    NUMBERS(Statements.ARITHMETIC, Statements.BRANCH, Statements.SPILL, Statements.FILL, Statements.DIAMOND);

    private static final int BOOST = 5;

    private final Set<Statements> favourites = EnumSet.noneOf(Statements.class);

    Theme(Statements... favourites) {
        this.favourites.addAll(Set.of(favourites));
    }

    int weight(Statements s, int usual) {
        return favourites.contains(s) ? Math.max(usual * BOOST, 8) : usual;
    }
}
