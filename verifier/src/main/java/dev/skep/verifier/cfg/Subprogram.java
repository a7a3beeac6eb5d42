package dev.skep.verifier.cfg;

/**
 * One function of the program. Identity by reference; the walk sets the callback flags, all else is fixed once the
 * passes have run.
 *
 * <p><em>Units</em>: {@code start} and {@code end} (exclusive) are slot indexes.
 */
public final class Subprogram {
    /** Position in order of {@link #start()}; 0 is the main program. */
    private final int index;

    private final int start;
    private final int end;
    private String name = "";
    private int btfId;
    private boolean global;
    boolean hasTailCall;
    boolean hasLegacyLoad;
    boolean changesPacket;
    boolean mightSleep;
    boolean exceptionCallback;

    /** True when a helper or kernel function calls it, now or later; set by the walk. */
    public boolean callback;

    /**
     * True when it runs after its caller has returned (timer, workqueue) or instead of it (exception callback); set by
     * the walk.
     */
    public boolean asyncCallback;

    Subprogram(int index, int start, int end) {
        this.index = index;
        this.start = start;
        this.end = end;
    }

    void describe(String newName, int newBtfId, boolean isGlobal) {
        name = newName;
        btfId = newBtfId;
        global = isGlobal;
    }

    public int index() {
        return index;
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    /** The C name, "" without BTF. */
    public String name() {
        return name;
    }

    /** Id of its FUNC in the program's BTF, 0 without BTF. */
    public int btfId() {
        return btfId;
    }

    /** Verified on its own, against its prototype. */
    public boolean isGlobal() {
        return global;
    }

    public boolean isExceptionCallback() {
        return exceptionCallback;
    }

    public boolean hasTailCall() {
        return hasTailCall;
    }

    /** Has LD_ABS or LD_IND. */
    public boolean hasLegacyLoad() {
        return hasLegacyLoad;
    }

    /** It, or a function that it calls or names, may move the packet. */
    public boolean changesPacket() {
        return changesPacket;
    }

    /** It, or a function that it calls or names, calls something that may sleep. */
    public boolean mightSleep() {
        return mightSleep;
    }

    @Override
    public String toString() {
        return "func#" + index + " @" + start + (name.isEmpty() ? "" : " " + name);
    }
}
