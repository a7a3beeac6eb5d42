package dev.skep.runtime.kfunc;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.memory.MemoryAccount;
import java.util.List;

/**
 * What the runtime must know of a struct that programs allocate.
 *
 * @param size bytes
 * @param fields its special fields, by offset
 * @param account pays for its objects
 */
public record ObjectType(int size, List<SpecialField> fields, MemoryAccount account) {
    /** Offset of the {@code bpf_refcount}, -1 if there is none. */
    public int refcountOffset() {
        for (SpecialField f : fields) {
            if (f.kind() == SpecialField.Kind.REFCOUNT) {
                return f.offset();
            }
        }
        return -1;
    }
}
