package dev.skep;

/**
 * What an XDP program did.
 *
 * @param code R0, as the program returned it
 * @param packet the packet as the program left it
 */
public record XdpResult(int code, byte[] packet) {
    /** The actions; the ordinal is Linux's number. */
    public enum Action {
        ABORTED,
        DROP,
        PASS,
        TX,
        REDIRECT
    }

    /** The action; what Linux does with an unknown code is ABORTED. */
    public Action action() {
        return actionOf(code);
    }

    /** The action of a return code. */
    public static Action actionOf(int code) {
        return code >= 0 && code < Action.values().length ? Action.values()[code] : Action.ABORTED;
    }
}
