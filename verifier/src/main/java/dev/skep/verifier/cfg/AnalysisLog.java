package dev.skep.verifier.cfg;

/** Where the passes write what Linux prints at log level 2. */
public interface AnalysisLog {
    /** Writes nothing. */
    AnalysisLog NONE = new AnalysisLog() {
        @Override
        public boolean level2() {
            return false;
        }

        @Override
        public void line(String s) {}
    };

    /** False: lines need not be built. */
    boolean level2();

    /** One line, without its newline. */
    void line(String s);
}
