package dev.skep.kernel.btf;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfReader;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The tool that made the shipped target types: a kernel's BTF without functions that no program attaches to or calls.
 *
 * <ol>
 * <li>Every named type stays, and every variable; so do functions but those of {@link #NOISE}.
 * <li>What they refer to stays; prototypes and pointers that nobody refers to go.
 * <li>Ids are given anew in the old order; declaration tags follow their targets.
 * </ol>
 *
 * <p>Usage: {@code BtfReducer /sys/kernel/btf/vmlinux linux-6.18-x86_64.btf.gz}
 */
final class BtfReducer {
    /**
     * Prefixes of functions that the compiler or a macro makes, or that one driver or one file system keeps to
     * itself.
     */
    private static final String[] NOISE = {
        "__probestub_",
        "__traceiter_",
        "__ia32_",
        "__setup_",
        "trace_event_raw_event_",
        "trace_raw_output_",
        "perf_trace_",
        "trace_event_fields_",
        "acpi_",
        "btrfs_",
        "xfs_",
        "xlog_",
        "mei_",
        "intel_",
        "quirk_",
        "serial8250_",
        "uart_",
        "ovl_",
        "squashfs_",
        "erofs_",
        "nvdimm_",
        "nd_",
        "bfq_",
        "snd_",
        "drm_",
        "i915_",
        "em_",
        "vxlan_",
        "devm_",
        "damon_",
        "pvm_",
        "amd_",
        "virtio_",
        "thermal_",
        "cpufreq_",
        "pnp_",
        "clk_",
        "__uncore_",
        "uncore_",
        "ebt_",
        "hmac_",
        "ethnl_",
        "quirks_",
        "hid_",
        "regmap_",
        "gpio_",
        "i2c_",
        "spi_",
        "usb_",
        "scsi_",
        "ata_",
        "sdhci_",
        "mmc_"
    };

    private final Btf source;
    private final BitSet kept = new BitSet();
    private final int[] newIds;

    private BtfReducer(Btf source) {
        this.source = source;
        newIds = new int[source.size()];
    }

    public static void main(String[] args) throws Exception {
        Btf full = BtfReader.read(args[0], Files.readAllBytes(Path.of(args[0])), null);
        byte[] reduced = BtfWriter.write(reduce(full));
        write(Path.of(args[1]), reduced);
        System.out.println(
                full.size() + " types, " + reduced.length + " bytes, " + Files.size(Path.of(args[1])) + " packed");
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file), 1 << 16) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            out.write(bytes);
        }
    }

    static Btf reduce(Btf full) {
        return new BtfReducer(full).reduced();
    }

    private Btf reduced() {
        List<Integer> queue = new ArrayList<>();
        for (int id = 1; id < source.size(); id++) {
            if (isRoot(source.type(id))) {
                keep(id, queue);
            }
        }
        while (!queue.isEmpty()) {
            for (int target : targets(source.type(queue.removeLast()))) {
                keep(target, queue);
            }
        }
        for (int id = 1; id < source.size(); id++) {
            if (source.type(id) instanceof BtfType.DeclTag tag && kept.get(tag.type())) {
                kept.set(id);
            }
        }
        int next = 1;
        for (int id = kept.nextSetBit(1); id >= 0; id = kept.nextSetBit(id + 1)) {
            newIds[id] = next++;
        }
        List<BtfType> types = new ArrayList<>();
        for (int id = kept.nextSetBit(1); id >= 0; id = kept.nextSetBit(id + 1)) {
            types.add(renumbered(source.type(id)));
        }
        return new Btf(null, types);
    }

    private void keep(int id, List<Integer> queue) {
        if (id > 0 && !kept.get(id)) {
            kept.set(id);
            queue.add(id);
        }
    }

    private boolean isRoot(BtfType type) {
        return switch (type) {
            case BtfType.Function f -> !isNoise(f);
            case BtfType.DeclTag _ -> false;
            default -> !type.name().isEmpty();
        };
    }

    private boolean isNoise(BtfType.Function f) {
        if (f.name().startsWith("__bpf_trace_")) {
            return ((BtfType.FunctionProto) source.type(f.type()))
                    .parameters().stream().noneMatch(p -> p.name().endsWith("__nullable"));
        }
        for (String prefix : NOISE) {
            if (f.name().startsWith(prefix)) {
                return !f.name().startsWith("hid_bpf_");
            }
        }
        return false;
    }

    private static List<Integer> targets(BtfType type) {
        return switch (type) {
            case BtfType.Pointer t -> List.of(t.type());
            case BtfType.Array t -> List.of(t.elementType(), t.indexType());
            case BtfType.Struct t ->
                t.members().stream().map(BtfType.Member::type).toList();
            case BtfType.Typedef t -> List.of(t.type());
            case BtfType.Volatile t -> List.of(t.type());
            case BtfType.Const t -> List.of(t.type());
            case BtfType.Restrict t -> List.of(t.type());
            case BtfType.TypeTag t -> List.of(t.type());
            case BtfType.Function t -> List.of(t.type());
            case BtfType.FunctionProto t -> {
                List<Integer> all = new ArrayList<>(
                        t.parameters().stream().map(BtfType.Parameter::type).toList());
                all.add(t.returnType());
                yield all;
            }
            case BtfType.Variable t -> List.of(t.type());
            case BtfType.DataSection t ->
                t.variables().stream().map(BtfType.SectionVariable::type).toList();
            case BtfType.DeclTag t -> List.of(t.type());
            case BtfType.Void _, BtfType.Int _, BtfType.Enum _, BtfType.Forward _, BtfType.Float _ -> List.of();
        };
    }

    private BtfType renumbered(BtfType type) {
        return switch (type) {
            case BtfType.Pointer t -> new BtfType.Pointer(newIds[t.type()]);
            case BtfType.Array t -> new BtfType.Array(newIds[t.elementType()], newIds[t.indexType()], t.count());
            case BtfType.Struct t ->
                new BtfType.Struct(
                        t.name(),
                        t.isUnion(),
                        t.size(),
                        t.members().stream()
                                .map(m -> new BtfType.Member(
                                        m.name(), newIds[m.type()], m.offsetBits(), m.bitFieldSize()))
                                .toList());
            case BtfType.Typedef t -> new BtfType.Typedef(t.name(), newIds[t.type()]);
            case BtfType.Volatile t -> new BtfType.Volatile(newIds[t.type()]);
            case BtfType.Const t -> new BtfType.Const(newIds[t.type()]);
            case BtfType.Restrict t -> new BtfType.Restrict(newIds[t.type()]);
            case BtfType.TypeTag t -> new BtfType.TypeTag(t.name(), newIds[t.type()]);
            case BtfType.Function t -> new BtfType.Function(t.name(), newIds[t.type()], t.linkage());
            case BtfType.FunctionProto t ->
                new BtfType.FunctionProto(
                        newIds[t.returnType()],
                        t.parameters().stream()
                                .map(p -> new BtfType.Parameter(p.name(), newIds[p.type()]))
                                .toList());
            case BtfType.Variable t -> new BtfType.Variable(t.name(), newIds[t.type()], t.linkage());
            case BtfType.DataSection t ->
                new BtfType.DataSection(
                        t.name(),
                        t.size(),
                        t.variables().stream()
                                .map(v -> new BtfType.SectionVariable(newIds[v.type()], v.offset(), v.size()))
                                .toList());
            case BtfType.DeclTag t -> new BtfType.DeclTag(t.name(), newIds[t.type()], t.componentIndex());
            case BtfType.Void _, BtfType.Int _, BtfType.Enum _, BtfType.Forward _, BtfType.Float _ -> type;
        };
    }
}
