package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.core.TypeCompatibility;

/**
 * Finds kernel functions and variables by name in the target's types, and checks that the object's declaration fits.
 */
final class ExternResolver {
    /** Made-up addresses of kernel symbols start here, 16 bytes apart: where a kernel's text might be. */
    private static final long MADE_UP_ADDRESS = 0xffff_ffff_8200_0000L;

    private final ObjectSpec object;
    private final LinkOptions options;

    ExternResolver(ObjectSpec object, LinkOptions options) {
        this.object = object;
        this.options = options;
    }

    /** Id of a typed extern in the target, 0 if it is weak and not there, or if there is no target. */
    int btfId(ExternSpec extern) throws ObjectFormatException {
        Btf target = options.target();
        if (target == null) {
            return 0;
        }
        boolean function = extern.kind() == ExternSpec.Kind.FUNCTION;
        int id = function
                ? target.find(Btf.essentialName(extern.name()), BtfType.Function.class)
                : target.find(extern.name(), BtfType.Variable.class);
        if (id < 0) {
            if (extern.weak()) {
                return 0;
            }
            throw fail(extern, "extern must be in the target's types");
        }
        int type = switch (target.type(id)) {
            case BtfType.Function f -> f.type();
            case BtfType.Variable v -> target.resolve(v.type());
            default -> 0;
        };
        Btf local = object.layout().localTypes();
        if (!TypeCompatibility.compatible(local, extern.typeId(), target, type)) {
            if (function && extern.weak()) {
                return 0;
            }
            throw fail(extern, "extern must have the target's type");
        }
        return id;
    }

    /** Address of an extern without type; 0 if it is weak and not known to be there. */
    long address(ExternSpec extern) throws ObjectFormatException {
        if (options.kernelSymbols() == null) {
            return extern.weak() ? 0 : MADE_UP_ADDRESS + 16L * object.externs().indexOf(extern);
        }
        Long address = options.kernelSymbols().get(extern.name());
        if (address == null && !extern.weak()) {
            throw fail(extern, "extern must be a kernel symbol");
        }
        return address == null ? 0 : address;
    }

    private ObjectFormatException fail(ExternSpec extern, String rule) {
        return new ObjectFormatException(object.name(), ".ksyms", -1, rule + ": extern=" + extern.name());
    }
}
