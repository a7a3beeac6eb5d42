package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.elf.ElfSymbol;
import dev.skep.object.spec.ExternSpec.ConfigType;
import dev.skep.object.spec.ExternSpec.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Externs: undefined symbols whose variable or function is in the data section {@code .ksyms} or {@code .kconfig}.
 *
 * <ol>
 *   <li>Find each undefined symbol's type and data section.
 *   <li>Order: configuration values by alignment (largest first), size and name; then kernel symbols by name.
 *   <li>Give configuration values their place in the {@code .kconfig} map.
 *   <li>Turn extern declarations into definitions, since the kernel takes no other: a kernel symbol becomes a 4-byte
 *   integer.
 * </ol>
 */
final class ExternReader {
    private static final int MAX_CONFIG_BYTES = 1 << 20;

    private final ObjectParts parts;
    private final Btf btf;

    /** An extern with what ordering needs. */
    private record Found(ExternSpec spec, int btfId, int align) {
        Found at(int offset) {
            return new Found(
                    new ExternSpec(
                            spec.name(),
                            spec.kind(),
                            spec.symbol(),
                            spec.weak(),
                            spec.typeId(),
                            offset,
                            spec.size(),
                            spec.configType()),
                    btfId,
                    align);
        }
    }

    ExternReader(ObjectParts parts) {
        this.parts = parts;
        this.btf = parts.local;
    }

    List<ExternSpec> read() throws ObjectFormatException {
        Map<Integer, String> sectionOf = new HashMap<>();
        Map<String, Integer> declared = new HashMap<>();
        for (int id = 1; id < btf.size(); id++) {
            BtfType type = btf.type(id);
            if (type instanceof BtfType.DataSection section) {
                for (BtfType.SectionVariable v : section.variables()) {
                    sectionOf.putIfAbsent(v.type(), section.name());
                }
            } else if (type instanceof BtfType.Variable || type instanceof BtfType.Function) {
                declared.putIfAbsent(type.name(), id);
            }
        }
        List<Found> found = new ArrayList<>();
        for (ElfSymbol symbol : parts.elf.symbols()) {
            if (symbol.isExtern() && !symbol.name().isEmpty()) {
                Integer id = declared.get(symbol.name());
                if (id == null || !isExtern(btf.type(id)) || !sectionOf.containsKey(id)) {
                    throw parts.fail(
                            ".BTF", "extern must be declared with its type and section: extern=" + symbol.name());
                }
                found.add(found(symbol, id, sectionOf.get(id)));
            }
        }
        found.sort(Comparator.comparing((Found f) -> f.spec.kind() != Kind.CONFIG)
                .thenComparing(f -> -f.align)
                .thenComparing(f -> f.spec.kind() == Kind.CONFIG ? f.spec.size() : 0)
                .thenComparing(f -> f.spec.name()));
        placeConfig(found);
        defineKernelSymbols(found);
        defineConfig(found);
        return found.stream().map(Found::spec).toList();
    }

    private static boolean isExtern(BtfType type) {
        return type instanceof BtfType.Variable v && v.linkage() == BtfType.Linkage.EXTERN
                || type instanceof BtfType.Function f && f.linkage() == BtfType.Linkage.EXTERN;
    }

    private Found found(ElfSymbol symbol, int id, String section) throws ObjectFormatException {
        boolean weak = symbol.binding() == ElfSymbol.WEAK;
        BtfType type = btf.type(id);
        if (section.equals(".ksyms")) {
            return type instanceof BtfType.Function f
                    ? new Found(
                            new ExternSpec(symbol.name(), Kind.FUNCTION, symbol.index(), weak, f.type(), 0, 0, null),
                            id,
                            0)
                    : new Found(
                            new ExternSpec(
                                    symbol.name(),
                                    Kind.VARIABLE,
                                    symbol.index(),
                                    weak,
                                    btf.resolve(((BtfType.Variable) type).type()),
                                    0,
                                    0,
                                    null),
                            id,
                            0);
        }
        if (!section.equals(".kconfig") || !(type instanceof BtfType.Variable v)) {
            throw parts.fail(
                    section, "extern must be a variable in .kconfig, or be in .ksyms: extern=" + symbol.name());
        }
        int typeId = btf.resolve(v.type());
        long size = btf.sizeOf(typeId);
        ConfigType config = configType(typeId);
        if (config == null || size <= 0 || size > MAX_CONFIG_BYTES) {
            throw parts.fail(section, "extern must have the type of a configuration value: extern=" + symbol.name());
        }
        int align = config == ConfigType.TEXT ? 1 : (int) Math.min(8, size);
        return new Found(
                new ExternSpec(symbol.name(), Kind.CONFIG, symbol.index(), weak, typeId, 0, (int) size, config),
                id,
                align);
    }

    private ConfigType configType(int id) {
        return switch (btf.resolved(id)) {
            case BtfType.Int t ->
                t.isBool()
                        ? (t.size() == 1 ? ConfigType.BOOL : null)
                        : t.size() == 1
                                ? ConfigType.CHAR
                                : t.size() > 8 ? null : t.signed() ? ConfigType.SIGNED : ConfigType.UNSIGNED;
            case BtfType.Enum t -> t.name().equals("libbpf_tristate") && t.size() == 4 ? ConfigType.TRISTATE : null;
            case BtfType.Array t ->
                t.count() != 0 && btf.resolved(t.elementType()) instanceof BtfType.Int i && !i.isBool() && i.size() == 1
                        ? ConfigType.TEXT
                        : null;
            case null, default -> null;
        };
    }

    private void placeConfig(List<Found> found) throws ObjectFormatException {
        int end = 0;
        for (int i = 0; i < found.size() && found.get(i).spec.kind() == Kind.CONFIG; i++) {
            Found f = found.get(i);
            int offset = (end + f.align - 1) / f.align * f.align;
            found.set(i, f.at(offset));
            end = offset + f.spec.size();
            if (end > MAX_CONFIG_BYTES) {
                throw parts.fail(".kconfig", "configuration values must fit in 1 MiB: size=" + end);
            }
        }
    }

    private int sectionId(String name) {
        return btf.find(name, BtfType.DataSection.class);
    }

    private void defineKernelSymbols(List<Found> found) throws ObjectFormatException {
        int id = sectionId(".ksyms");
        if (id < 0 || found.isEmpty()) {
            return;
        }
        Map<String, Found> byName = new HashMap<>();
        found.forEach(f -> byName.put(f.spec.name(), f));
        BtfType.DataSection section = (BtfType.DataSection) btf.type(id);
        int integer = 0;
        for (int i = 1; i < btf.size() && integer == 0; i++) {
            integer = btf.type(i) instanceof BtfType.Int t && t.bits() == 32 ? i : 0;
        }
        int dummy = parts.types.size() + 1;
        boolean functions = section.variables().stream().anyMatch(v -> btf.type(v.type()) instanceof BtfType.Function);
        if (functions) {
            parts.types.add(new BtfType.Variable("dummy_ksym", integer, BtfType.Linkage.GLOBAL));
        }
        List<BtfType.SectionVariable> out = new ArrayList<>();
        for (BtfType.SectionVariable v : section.variables()) {
            BtfType type = btf.type(v.type());
            int offset = 4 * out.size();
            if (!byName.containsKey(type.name())) {
                throw parts.fail(".ksyms", "declared symbol must be used: extern=" + type.name());
            }
            if (type instanceof BtfType.Function f) {
                parts.types.set(v.type() - 1, new BtfType.Function(f.name(), f.type(), BtfType.Linkage.GLOBAL));
                nameParameters(f.type());
                out.add(new BtfType.SectionVariable(dummy, offset, 4));
            } else {
                parts.types.set(v.type() - 1, new BtfType.Variable(type.name(), integer, BtfType.Linkage.GLOBAL));
                out.add(new BtfType.SectionVariable(v.type(), offset, 4));
            }
        }
        parts.types.set(id - 1, new BtfType.DataSection(section.name(), 4 * out.size(), List.copyOf(out)));
    }

    /** The kernel wants names for the parameters of functions that are not extern. */
    private void nameParameters(int prototype) {
        if (parts.type(prototype) instanceof BtfType.FunctionProto p) {
            List<BtfType.Parameter> named = p.parameters().stream()
                    .map(a -> a.type() != 0 && a.name().isEmpty() ? new BtfType.Parameter("dummy_ksym", a.type()) : a)
                    .toList();
            parts.types.set(prototype - 1, new BtfType.FunctionProto(p.returnType(), named));
        }
    }

    private void defineConfig(List<Found> found) throws ObjectFormatException {
        int id = sectionId(".kconfig");
        if (id < 0 || found.isEmpty() || found.get(0).spec.kind() != Kind.CONFIG) {
            return;
        }
        BtfType.DataSection section = (BtfType.DataSection) btf.type(id);
        Map<String, Found> byName = new HashMap<>();
        found.forEach(f -> byName.put(f.spec.name(), f));
        List<BtfType.SectionVariable> out = new ArrayList<>();
        int size = 0;
        for (BtfType.SectionVariable v : section.variables()) {
            String name = btf.type(v.type()).name();
            Found f = byName.get(name);
            if (f == null || !(btf.type(v.type()) instanceof BtfType.Variable var)) {
                throw parts.fail(".kconfig", "declared value must be used: extern=" + name);
            }
            parts.types.set(v.type() - 1, new BtfType.Variable(name, var.type(), BtfType.Linkage.GLOBAL));
            out.add(new BtfType.SectionVariable(v.type(), f.spec.offset(), v.size()));
            size = Math.max(size, f.spec.offset() + f.spec.size());
        }
        parts.types.set(id - 1, new BtfType.DataSection(section.name(), size, List.copyOf(out)));
    }
}
