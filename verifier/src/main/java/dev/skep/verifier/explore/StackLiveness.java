package dev.skep.verifier.explore;

import dev.skep.verifier.diag.VerifierLog;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which stack slots may still be read. The walk reports every slot that an instruction reads, and every slot that it
 * overwrites as a whole; when a path ends, a backward data-flow pass over the subprogram turns the reports into "may be
 * read from here on".
 *
 * <p>Facts are kept per chain of calls: the same callee may read other slots of its callers when called from elsewhere.
 * Reads of all visits are united, writes intersected, so that the answer for a finished state never changes.
 *
 * <p><em>Source</em>: Linux 6.18, the {@code live stack update} lines of its log.
 */
final class StackLiveness {
    private static final int MAX_FRAMES = 8;

    private final Walk walk;
    private final VerifierLog log;
    private final Map<Integer, List<Instance>> instances = new HashMap<>();
    private final FlowOrder order;
    /** The instance of each frame of the current state, found when first needed. */
    private final Instance[] current = new Instance[MAX_FRAMES + 1];

    private int insn;
    private final long[] written = new long[MAX_FRAMES + 1];
    private boolean anyWritten;

    StackLiveness(Walk walk) {
        this.walk = walk;
        this.log = walk.log;
        this.order = new FlowOrder(walk.code, walk.layout);
    }

    /** Facts about one slot set per instruction of one subprogram. */
    private static final class Masks {
        final long[] mayRead;
        final long[] mustWrite;
        /** Written on every way from here to the end of the subprogram. */
        final long[] mustWriteOnward;

        final long[] live;
        /** Instructions whose facts changed since the last solution. */
        final int[] dirty;

        final boolean[] isDirty;
        int dirtyCount;

        Masks(int length) {
            dirty = new int[length];
            isDirty = new boolean[length];
            mayRead = new long[length];
            mustWrite = new long[length];
            mustWriteOnward = new long[length];
            live = new long[length];
        }

        void touch(int i) {
            if (!isDirty[i]) {
                isDirty[i] = true;
                dirty[dirtyCount++] = i;
            }
        }

        int takeDirty() {
            int i = dirty[--dirtyCount];
            isDirty[i] = false;
            return i;
        }

        /** Starts over with "nothing is surely written", since some instruction writes less than was thought. */
        void forgetWrites() {
            Arrays.fill(mustWriteOnward, 0);
            for (int i = 0; i < dirty.length; i++) {
                touch(i);
            }
        }
    }

    /** One subprogram under one chain of calls. */
    private final class Instance {
        final int[] calls;
        final int start;
        final int length;
        /** By frame whose stack the masks are about; null while nothing was reported. */
        final Masks[] masks;
        /** Instructions whose writes were reported at least once. */
        final boolean[] seen;

        boolean updated;
        boolean writesShrank;
        Instance outer;

        Instance(int[] calls, int start, int length) {
            this.calls = calls;
            this.start = start;
            this.length = length;
            this.masks = new Masks[calls.length + 1];
            this.seen = new boolean[length];
        }

        Masks masks(int frame) {
            if (masks[frame] == null) {
                masks[frame] = new Masks(length);
            }
            return masks[frame];
        }

        void read(int frame, int at, long slots) {
            Masks m = masks(frame);
            int i = at - start;
            m.mayRead[i] |= slots;
            if ((slots & ~m.live[i]) != 0) {
                m.touch(i);
                updated = true;
            }
        }

        void write(int frame, int at, long slots) {
            int i = at - start;
            if (slots == 0 && (!seen[i] || masks[frame] == null)) {
                return;
            }
            Masks m = masks(frame);
            long before = m.mustWrite[i];
            long now = seen[i] ? slots & before : slots;
            if (now != before) {
                m.mustWrite[i] = now;
                m.touch(i);
                updated = true;
                writesShrank |= (before & ~now) != 0;
            }
        }

        boolean liveBefore(int frame, int at, int spi) {
            int i = at - start;
            return masks[frame] != null && i >= 0 && i < length && (masks[frame].live[i] >>> spi & 1) != 0;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("(");
            for (int call : calls) {
                text.append(call).append(',');
            }
            return text.append(start).append(')').toString();
        }
    }

    /** The current state has other frames than before. */
    void framesChanged() {
        Arrays.fill(current, null);
    }

    private Instance instance(VerifierState state, int frame) {
        int start = walk.layout.subprogram(state.frames.get(frame).subprogram).start();
        int hash = start;
        for (int f = 1; f <= frame; f++) {
            hash = hash * 31 + state.frames.get(f).callSite;
        }
        List<Instance> list = instances.computeIfAbsent(hash, _ -> new ArrayList<>(1));
        for (int i = 0; i < list.size(); i++) {
            if (matches(list.get(i), state, frame, start)) {
                return list.get(i);
            }
        }
        int[] calls = new int[frame];
        for (int f = 0; f < frame; f++) {
            calls[f] = state.frames.get(f + 1).callSite;
        }
        int end = walk.layout.subprogram(state.frames.get(frame).subprogram).end();
        Instance made = new Instance(calls, start, end - start);
        made.outer = frame == 0 ? null : instance(state, frame - 1);
        list.add(made);
        return made;
    }

    private static boolean matches(Instance instance, VerifierState state, int frame, int start) {
        if (instance.start != start || instance.calls.length != frame) {
            return false;
        }
        for (int f = 0; f < frame; f++) {
            if (instance.calls[f] != state.frames.get(f + 1).callSite) {
                return false;
            }
        }
        return true;
    }

    private Instance currentInstance(int frame) {
        Instance instance = current[frame];
        if (instance == null) {
            instance = instance(walk.state, frame);
            current[frame] = instance;
        }
        return instance;
    }

    /** The walk is about to step the instruction at {@code at}. */
    void begin(int at) {
        insn = at;
        if (anyWritten) {
            Arrays.fill(written, 0);
            anyWritten = false;
        }
        currentInstance(walk.state.currentFrame());
    }

    /** The current instruction may read these slots. */
    void read(int frame, long slots) {
        int f = walk.state.currentFrame();
        currentInstance(f).read(frame, insn, slots);
    }

    /** The current instruction overwrites these slots as a whole. */
    void write(int frame, long slots) {
        written[frame] |= slots;
        anyWritten = true;
    }

    /** The step is done; {@code frame} is the number of the frame that executed it. */
    void commit(int frame) {
        Instance instance = current[frame];
        if (instance == null) {
            return;
        }
        commit(instance, insn);
    }

    private void commit(Instance instance, int at) {
        for (int f = 0; f < instance.masks.length; f++) {
            instance.write(f, at, written[f]);
        }
        instance.seen[at - instance.start] = true;
    }

    /** A path ends, or a subprogram returns: makes the answers for the frames of the current state up to date. */
    void update() {
        framesChanged();
        for (int f = walk.state.currentFrame(); f >= 0; f--) {
            Instance instance = instance(walk.state, f);
            if (instance.updated) {
                solve(instance);
                instance.updated = false;
                instance.writesShrank = false;
            }
        }
    }

    private void solve(Instance instance) {
        if (instance.writesShrank) {
            for (Masks m : instance.masks) {
                if (m != null) {
                    m.forgetWrites();
                }
            }
        }
        if (log.level2()) {
            sweep(instance);
        } else {
            for (Masks m : instance.masks) {
                while (m != null && m.dirtyCount > 0) {
                    int i = m.takeDirty();
                    if (solve(instance, m, 0, instance.start + i)) {
                        touchPredecessors(m, instance.start, instance.start + i);
                    }
                }
            }
        }
        if (instance.outer != null) {
            tellCaller(instance);
        }
    }

    private void touchPredecessors(Masks m, int start, int insnIndex) {
        int end = order.predecessorsEnd(insnIndex);
        for (int k = order.predecessorsBegin(insnIndex); k < end; k++) {
            m.touch(order.predecessor(k) - start);
        }
    }

    /** Linux's way to the same solution, with its log. */
    private void sweep(Instance instance) {
        int[] postorder = order.of(instance.start, instance.length);
        int rounds = 0;
        boolean changed;
        do {
            rounds++;
            changed = false;
            for (int f = 0; f < instance.masks.length; f++) {
                Masks m = instance.masks[f];
                if (m == null) {
                    continue;
                }
                for (int i : postorder) {
                    changed |= solve(instance, m, f, i);
                }
            }
        } while (changed);
        log.print(instance + " live stack update done in " + rounds + " iterations\n");
        for (Masks m : instance.masks) {
            while (m != null && m.dirtyCount > 0) {
                m.takeDirty();
            }
        }
    }

    private boolean solve(Instance instance, Masks m, int frame, int insnIndex) {
        int fall = order.fallThrough(insnIndex);
        int jump = order.jump(insnIndex);
        if (fall < 0 && jump < 0) {
            return false;
        }
        int i = insnIndex - instance.start;
        long after = 0;
        long onward = -1;
        if (fall >= 0) {
            after |= m.live[fall - instance.start];
            onward &= m.mustWriteOnward[fall - instance.start];
        }
        if (jump >= 0) {
            after |= m.live[jump - instance.start];
            onward &= m.mustWriteOnward[jump - instance.start];
        }
        onward |= m.mustWrite[i];
        long live = after & ~m.mustWrite[i] | m.mayRead[i];
        boolean changed = live != m.live[i] || onward != m.mustWriteOnward[i];
        if (log.level2() && (m.mayRead[i] != 0 || m.mustWrite[i] != 0 || i == 0 || walk.layout.prunePoint(insnIndex))) {
            print(instance, "live", frame, insnIndex, m.live[i], live);
            print(instance, "written", frame, insnIndex, m.mustWriteOnward[i], onward);
        }
        m.live[i] = live;
        m.mustWriteOnward[i] = onward;
        return changed;
    }

    private void print(Instance instance, String what, int frame, int insnIndex, long before, long now) {
        if (before == now) {
            return;
        }
        String text = instance + " frame " + frame + " insn " + insnIndex + " ";
        if ((now & ~before) != 0) {
            text += "+" + what + " " + Wanted.slots(now & ~before) + " ";
        }
        if ((before & ~now) != 0) {
            text += "-" + what + " " + Wanted.slots(before & ~now);
        }
        log.print(text + "\n");
    }

    /** What the callee reads and writes of outer frames, its call instruction reads and writes. */
    private void tellCaller(Instance instance) {
        int site = instance.calls[instance.calls.length - 1];
        Arrays.fill(written, 0);
        anyWritten = true;
        for (int f = 0; f < instance.masks.length - 1; f++) {
            Masks m = instance.masks[f];
            if (m != null) {
                written[f] = m.mustWriteOnward[0];
                instance.outer.read(f, site, m.live[0]);
            }
        }
        commit(instance.outer, site);
        Arrays.fill(written, 0);
    }

    private final Instance[] asked = new Instance[MAX_FRAMES + 1];

    /**
     * True when nothing reads slot {@code spi} of frame {@code frame} after {@code state}; {@code ask} was called with
     * it.
     */
    boolean isDead(VerifierState state, int frame, int spi) {
        int top = state.currentFrame();
        if (asked[top].liveBefore(frame, state.insn, spi)) {
            return false;
        }
        for (int f = frame; f < top; f++) {
            int site = state.frames.get(f + 1).callSite;
            int from = walk.layout.callsCallback(site) ? site : site + 1;
            if (asked[f].liveBefore(frame, from, spi)) {
                return false;
            }
        }
        return true;
    }

    /** Prepares {@link #isDead} for one state. */
    void ask(VerifierState state) {
        for (int f = 0; f < state.frames.size(); f++) {
            asked[f] = instance(state, f);
        }
    }
}
