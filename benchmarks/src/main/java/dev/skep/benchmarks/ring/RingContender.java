package dev.skep.benchmarks.ring;

/** A ring with producers and a consumer; every record's first word counts the records of its producer, from 1 on. */
interface RingContender extends AutoCloseable {
    /** Most records of one call of a producer. */
    int BATCH = 64;

    /** Bytes that every ring has for its records. */
    int CAPACITY = 1 << 20;

    /** Produces records; made and used by one thread. */
    @FunctionalInterface
    interface Producer {
        /** Produces up to {@link #BATCH} records; returns how many: fewer when the ring is full. */
        int produce() throws Exception;
    }

    /** A producer of records of the contender's size. */
    Producer producer(int id) throws Exception;

    /** Takes what is there; returns the number of records. One thread. */
    int consume();

    /** Sum of the first words of the records consumed. */
    long sum();

    @Override
    void close();
}
