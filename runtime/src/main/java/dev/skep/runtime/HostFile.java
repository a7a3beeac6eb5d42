package dev.skep.runtime;

import java.lang.foreign.MemorySegment;

/** A file that the host lets programs read, as a {@code struct file}. Called by many threads at once. */
@FunctionalInterface
public interface HostFile {
    /**
     * Fills a segment with the bytes from {@code offset} on.
     *
     * @param maySleep the program may wait for bytes that are not at hand; else only what is in memory may be given
     * @return false, and anything in the segment, when not all of them can be given: the program is told -EFAULT
     */
    boolean read(long offset, MemorySegment into, boolean maySleep);

    /** A file of these bytes. */
    static HostFile of(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes.clone());
        return (offset, into, _) -> {
            if (offset > all.byteSize() - into.byteSize()) {
                return false;
            }
            MemorySegment.copy(all, offset, into, 0, into.byteSize());
            return true;
        };
    }
}
