package dev.skep.conformance.rules;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Linkage;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.btf.BtfType.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Types of the rules' programs: their functions by name, and the value of a map with a lock. */
final class RuleTypes {
    private final List<BtfType> types = new ArrayList<>();
    private final Map<String, Integer> functions = new HashMap<>();
    final Btf btf;
    final int integer;
    final int locked;

    RuleTypes() {
        integer = add(new BtfType.Int("int", 4, true, false, false, 0, 32));
        int wide = add(new BtfType.Int("long", 8, true, false, false, 0, 64));
        int toVoid = add(new BtfType.Pointer(0));
        int lock = add(new BtfType.Struct("bpf_spin_lock", false, 4, List.of(new Member("val", integer, 0, 0))));
        locked = add(new BtfType.Struct(
                "locked",
                false,
                24,
                List.of(
                        new Member("lock", lock, 0, 0), new Member("n", integer, 32, 0),
                        new Member("a", wide, 64, 0), new Member("b", wide, 128, 0))));
        int dynptr = add(new BtfType.Pointer(add(new BtfType.Struct(
                "bpf_dynptr", false, 16, List.of(new Member("a", wide, 0, 0), new Member("b", wide, 64, 0))))));
        function("main", Linkage.GLOBAL, integer, toVoid);
        function("static", Linkage.STATIC, integer, wide, wide);
        function("global_dynptr", Linkage.GLOBAL, integer, dynptr);
        btf = new Btf(null, types);
    }

    private int add(BtfType type) {
        types.add(type);
        return types.size();
    }

    private void function(String name, Linkage linkage, int result, int... parameters) {
        List<Parameter> list = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            list.add(new Parameter("p" + i, parameters[i]));
        }
        functions.put(name, add(new BtfType.Function(name, add(new BtfType.FunctionProto(result, list)), linkage)));
    }

    /** BTF id of a function, or null. */
    Integer function(String name) {
        return functions.get(name);
    }
}
