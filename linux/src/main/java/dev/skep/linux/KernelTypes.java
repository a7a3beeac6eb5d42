package dev.skep.linux;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.DataSection;
import dev.skep.object.btf.BtfType.Function;
import dev.skep.object.btf.BtfType.FunctionProto;
import dev.skep.object.btf.BtfType.Linkage;
import dev.skep.object.btf.BtfType.Parameter;
import dev.skep.object.btf.BtfType.SectionVariable;
import dev.skep.object.btf.BtfType.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An object's types as the kernel accepts them. The compiler describes what an object takes from the kernel - {@code .ksyms},
 * {@code .kconfig} - as extern functions and variables; the kernel knows only definitions.
 *
 * <ol>
 *   <li>Extern functions become global ones, and their nameless parameters get a name.
 *   <li>In {@code .ksyms}, every entry becomes a 4-byte integer variable, at the next offset.
 *   <li>Extern variables become allocated ones.
 *   <li>Sections are sorted by offset; one that the linker left without a size is given one that holds its variables.
 * </ol>
 *
 * <p><em>Source</em>: Linux Documentation/bpf/btf.rst; what BPF_BTF_LOAD refuses.
 */
final class KernelTypes {
    private static final String DUMMY = "dummy_ksym";

    private final Btf source;
    private final List<BtfType> types = new ArrayList<>();
    private int dummyVariable;

    private KernelTypes(Btf source) {
        this.source = source;
        for (int id = source.firstId(); id < source.size(); id++) {
            types.add(source.type(id));
        }
    }

    /** The same types with the same ids; perhaps two more at the end. */
    static Btf of(Btf btf) {
        KernelTypes t = new KernelTypes(btf);
        boolean changed = false;
        for (int id = btf.firstId(); id < btf.size(); id++) {
            changed |= t.adjust(id);
        }
        return changed ? new Btf(btf.base(), t.types) : btf;
    }

    private BtfType get(int id) {
        return types.get(id - source.firstId());
    }

    private void set(int id, BtfType type) {
        types.set(id - source.firstId(), type);
    }

    private boolean adjust(int id) {
        switch (get(id)) {
            case Function f when f.linkage() == Linkage.EXTERN -> {
                set(id, new Function(f.name(), f.type(), Linkage.GLOBAL));
                if (source.type(f.type()) instanceof FunctionProto p) {
                    set(f.type(), new FunctionProto(
                            p.returnType(),
                            p.parameters().stream()
                                    .map(a -> a.type() != 0 && a.name().isEmpty() ? new Parameter(DUMMY, a.type()) : a)
                                    .toList()));
                }
            }
            case DataSection s when s.name().equals(".ksyms") -> set(id, ksyms(s));
            case DataSection s -> set(id, sorted(s));
            case Variable v when v.linkage() == Linkage.EXTERN ->
                set(id, new Variable(v.name(), v.type(), Linkage.GLOBAL));
            default -> {
                return false;
            }
        }
        return true;
    }

    private DataSection ksyms(DataSection s) {
        List<SectionVariable> variables = new ArrayList<>();
        int at = 0;
        for (SectionVariable v : s.variables()) {
            int type = v.type();
            if (source.type(type) instanceof Variable extern) {
                set(type, new Variable(extern.name(), integer(), Linkage.GLOBAL));
            } else {
                type = dummyVariable();
            }
            variables.add(new SectionVariable(type, at, 4));
            at += 4;
        }
        return new DataSection(s.name(), at, variables);
    }

    private static DataSection sorted(DataSection s) {
        List<SectionVariable> variables = new ArrayList<>(s.variables());
        int size = s.size();
        if (size == 0) {
            variables.clear();
            for (SectionVariable v : s.variables()) {
                size = size + 15 & ~15;
                variables.add(new SectionVariable(v.type(), size, v.size()));
                size += v.size();
            }
        }
        variables.sort(Comparator.comparingInt(SectionVariable::offset));
        return new DataSection(s.name(), size, variables);
    }

    private int dummyVariable() {
        if (dummyVariable == 0) {
            int type = integer();
            dummyVariable = source.firstId() + types.size();
            types.add(new Variable(DUMMY, type, Linkage.GLOBAL));
        }
        return dummyVariable;
    }

    /** The id of a 4-byte integer. */
    private int integer() {
        for (int id = source.firstId(); id < source.firstId() + types.size(); id++) {
            if (get(id) instanceof BtfType.Int i && i.size() == 4 && i.bits() == 32) {
                return id;
            }
        }
        types.add(new BtfType.Int("int", 4, true, false, false, 0, 32));
        return source.firstId() + types.size() - 1;
    }
}
