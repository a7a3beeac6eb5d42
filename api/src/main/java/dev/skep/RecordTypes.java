package dev.skep;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;

/**
 * Which struct the records of a ring are: what its declaration says with {@code
 * __attribute__((btf_decl_tag("record:NAME")))}. Linux ignores the tag; a ring has no value type of its own.
 */
public final class RecordTypes {
    private static final String TAG = "record:";

    private RecordTypes() {}

    /** Id of the struct in {@code btf}, 0 when the ring says nothing or names a struct that is not there. */
    public static int of(Btf btf, String ring) {
        int variable = btf.find(ring, BtfType.Variable.class);
        if (variable < 0) {
            return 0;
        }
        for (BtfType.DeclTag tag : btf.declTags(variable)) {
            if (tag.name().startsWith(TAG)) {
                return Math.max(0, btf.find(tag.name().substring(TAG.length()), BtfType.Struct.class));
            }
        }
        return 0;
    }
}
