package dev.skep.verifier.cfg;

import dev.skep.object.isa.BpfCode;

/**
 * Loops: strongly connected components of the flow inside subprograms (calls go on with the next instruction). A
 * component with more than one
 * instruction, or one that jumps to itself, gets a number, from 1 on, in the order in which Tarjan's algorithm
 * completes them.
 */
final class Loops {
    private final BpfCode code;
    private final int[] order;
    private final int[] low;
    private final int[] loop;
    private final int[] open;
    private final int[] path;
    private final byte[] tried;
    private int openCount;
    private int visited;
    private int loops;

    private Loops(BpfCode code) {
        this.code = code;
        int n = code.size();
        order = new int[n];
        low = new int[n];
        loop = new int[n];
        open = new int[n];
        path = new int[n];
        tried = new byte[n];
    }

    /** The loop number of each slot, 0 outside loops. */
    static int[] run(BpfCode code) {
        Loops pass = new Loops(code);
        for (int i = 0; i < code.size(); i++) {
            if (pass.order[i] == 0) {
                pass.search(i);
            }
        }
        for (int i = 0; i < code.size(); i++) {
            pass.loop[i] = Math.max(pass.loop[i], 0);
        }
        return pass.loop;
    }

    /** Depth-first from {@code root}; {@code loop} is -1 for completed instructions outside loops. */
    private void search(int root) {
        int depth = 0;
        path[0] = root;
        enter(root);
        while (depth >= 0) {
            int i = path[depth];
            int next = nextSuccessor(i);
            if (next >= 0) {
                if (order[next] == 0) {
                    enter(next);
                    path[++depth] = next;
                } else if (loop[next] == 0) {
                    low[i] = Math.min(low[i], order[next]);
                }
                continue;
            }
            if (low[i] == order[i]) {
                complete(i);
            }
            if (--depth >= 0) {
                low[path[depth]] = Math.min(low[path[depth]], low[i]);
            }
        }
    }

    private void enter(int i) {
        order[i] = low[i] = ++visited;
        open[openCount++] = i;
    }

    private void complete(int i) {
        long slot = code.slot(i);
        boolean cycle = open[openCount - 1] != i || Code.hasTarget(slot) && Code.target(code, i) == i;
        int number = cycle ? ++loops : -1;
        int member;
        do {
            member = open[--openCount];
            loop[member] = number;
        } while (member != i);
    }

    /** Fall-through first, then the jump's target; -1 when both were tried. */
    private int nextSuccessor(int i) {
        long slot = code.slot(i);
        if (tried[i] == 0) {
            tried[i] = 1;
            int next = i + (Code.isLoadImm64(slot) ? 2 : 1);
            if (Code.fallsThrough(slot) && next < code.size()) {
                return next;
            }
        }
        if (tried[i] == 1) {
            tried[i] = 2;
            if (Code.hasTarget(slot)) {
                return (int) Code.target(code, i);
            }
        }
        return -1;
    }
}
