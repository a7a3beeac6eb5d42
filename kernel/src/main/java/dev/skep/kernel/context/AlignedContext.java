package dev.skep.kernel.context;

/** A context of scalars without fields: accesses are aligned, and a range rule holds. */
abstract class AlignedContext implements ContextLayout {
    private static final ContextAccess SCALAR = new ContextAccess(ContextAccess.Kind.SCALAR, "", false, false, "");

    private final int size;

    AlignedContext(int size) {
        this.size = size;
    }

    /** True when an aligned access may start here. */
    abstract boolean allows(int offset, boolean write);

    @Override
    public String structName() {
        return "";
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ContextAccess access(int offset, int bytes, boolean write) {
        return (offset & (bytes - 1)) == 0 && allows(offset, write) ? SCALAR : null;
    }
}
