package dev.skep.kernel.kfunc;

/**
 * A kernel function that programs may call.
 *
 * @param name its name
 * @param flags any of the constants here
 * @param special what the verifier does for it beyond its flags; see {@link KfuncFamily}
 * @param since Linux version that introduced it
 */
public record Kfunc(String name, int flags, KfuncFamily special, String since) {
    public static final int ACQUIRE = 1;
    public static final int RELEASE = 1 << 1;
    public static final int RET_NULL = 1 << 2;
    public static final int TRUSTED_ARGS = 1 << 4;
    public static final int SLEEPABLE = 1 << 5;
    public static final int DESTRUCTIVE = 1 << 6;
    public static final int RCU = 1 << 7;
    public static final int ITER_NEW = 1 << 8;
    public static final int ITER_NEXT = 1 << 9;
    public static final int ITER_DESTROY = 1 << 10;
    public static final int RCU_PROTECTED = 1 << 11;
    public static final int FASTCALL = 1 << 12;
    /** Not a kernel flag: {@code metadata kfuncs require device-bound program}. */
    public static final int DEVICE_BOUND = 1 << 13;

    /** Not a kernel flag: the memory that it returns may be written. */
    public static final int WRITABLE_RESULT = 1 << 14;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** True when pointer arguments must be trusted: so the flag says, and so all that release a reference. */
    public boolean trustsArgs() {
        return has(TRUSTED_ARGS | RELEASE);
    }
}
