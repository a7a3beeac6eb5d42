package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.core.CoreRelocator;
import java.util.List;

/** Functions of an object with their CO-RE relocations applied. */
final class CoreFixups {
    private final ObjectSpec object;
    private final CoreRelocator relocator;

    /** The slots of a function; {@code poisoned} has a text for each slot that must not run, else null. */
    record Code(long[] slots, String[] poisoned) {}

    CoreFixups(ObjectSpec object, Btf target) {
        this.object = object;
        this.relocator = new CoreRelocator(object.layout().localTypes(), target);
    }

    Code code(ObjectFunction function) throws ObjectFormatException {
        long[] slots = function.slots().clone();
        String[] poisoned = new String[slots.length];
        String section = (function.autoload() ? "" : "?") + function.sectionName();
        List<BtfExt.Relocation> own = LinkedCode.records(
                object.layout().ext().relocations().get(section), function, BtfExt.Relocation::offset);
        for (BtfExt.Relocation r : own) {
            if (r.offset() % 8 != 0) {
                throw new ObjectFormatException(
                        object.name(),
                        ".BTF.ext",
                        -1,
                        "relocation must be of an instruction: offset=" + Integer.toUnsignedString(r.offset()));
            }
            int at = r.offset() / 8 - function.start();
            try {
                poisoned[at] = relocator.apply(r, slots, at);
            } catch (ObjectFormatException e) {
                throw e.in(object.name());
            }
        }
        return new Code(slots, poisoned);
    }
}
