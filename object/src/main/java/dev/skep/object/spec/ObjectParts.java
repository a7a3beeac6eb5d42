package dev.skep.object.spec;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.btf.BtfExtReader;
import dev.skep.object.btf.BtfReader;
import dev.skep.object.btf.BtfType;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfSection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The sections of an object, sorted by what they are for; what the steps of {@link ObjectReader} work on. */
final class ObjectParts {
    static final int MAX_LICENSE = 64;

    final ElfFile elf;
    /** Types as the file has them. */
    final Btf local;
    /** A copy that {@link ExternReader} and {@link DataSectionTypes} complete; type {@code id} is at {@code id - 1}. */
    final List<BtfType> types = new ArrayList<>();

    final BtfExt ext;
    final List<ElfSection> code = new ArrayList<>();
    final List<ElfSection> data = new ArrayList<>();
    final List<ElfSection> structOps = new ArrayList<>();
    final List<ElfSection> relocations = new ArrayList<>();
    ElfSection text;
    ElfSection maps;
    ElfSection arena;
    String license = "";

    ObjectParts(ElfFile elf) throws ObjectFormatException {
        this.elf = elf;
        ElfSection btf = null;
        ElfSection btfExt = null;
        for (ElfSection s : elf.sections()) {
            if (s.index() == 0 || isIgnored(s)) {
                continue;
            }
            switch (s.name()) {
                case "license" -> license = license(s);
                case "version" -> {
                    if (s.size() != 4) {
                        throw fail(s, -1, "version must have 4 bytes: size=" + s.size());
                    }
                }
                case "maps" -> throw fail(s, -1, "maps must be declared in .maps with BTF: the legacy form is gone");
                case ".maps" -> maps = s;
                case ".BTF" -> btf = programBits(s);
                case ".BTF.ext" -> btfExt = programBits(s);
                default -> sort(s);
            }
        }
        local = btf == null ? Btf.EMPTY : BtfReader.read(elf.name(), btf.bytes(), null);
        ext = btf == null || btfExt == null ? BtfExt.EMPTY : BtfExtReader.read(elf.name(), btfExt.bytes(), local);
        if (btf == null && (maps != null || !structOps.isEmpty())) {
            throw new ObjectFormatException(elf.name(), ".BTF", -1, "object with maps must have BTF");
        }
        for (int id = 1; id < local.size(); id++) {
            types.add(local.type(id));
        }
    }

    private static boolean isIgnored(ElfSection s) {
        return s.type() == ElfSection.STRTAB
                || s.type() == 0x6fff4c03
                || s.name().equals(".text") && s.size() == 0
                || s.name().startsWith(".debug_")
                || s.name().startsWith(".rel.debug_")
                || s.name().equals(".rel.BTF")
                || s.name().equals(".rel.BTF.ext");
    }

    private void sort(ElfSection s) {
        String name = s.name();
        if (s.type() == ElfSection.PROGBITS && s.size() > 0) {
            if (isCode(s)) {
                if (name.equals(".text")) {
                    text = s;
                }
                code.add(s);
            } else if (isNamed(name, ".data") || isNamed(name, ".rodata")) {
                data.add(s);
            } else if (isStructOps(name)) {
                structOps.add(s);
            } else if (name.equals(".addr_space.1")) {
                arena = s;
            }
        } else if (s.type() == ElfSection.NOBITS && s.size() > 0 && isNamed(name, ".bss")) {
            data.add(s);
        } else if (s.type() == ElfSection.REL) {
            relocations.add(s);
        }
    }

    boolean isCode(ElfSection s) {
        return s.type() == ElfSection.PROGBITS && s.size() > 0 && s.isExecutable();
    }

    static boolean isNamed(String name, String family) {
        return name.equals(family) || name.startsWith(family + ".");
    }

    static boolean isStructOps(String name) {
        String plain = name.startsWith("?") ? name.substring(1) : name;
        return plain.equals(".struct_ops") || plain.equals(".struct_ops.link");
    }

    private ElfSection programBits(ElfSection s) throws ObjectFormatException {
        if (s.type() != ElfSection.PROGBITS) {
            throw fail(s, -1, "section must be of type PROGBITS: type=" + s.type());
        }
        return s;
    }

    private static String license(ElfSection s) {
        byte[] bytes = s.bytes();
        int end = 0;
        while (end < bytes.length && end < MAX_LICENSE - 1 && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** A type as completed so far; null when there is none. */
    BtfType type(int id) {
        return id == 0 ? local.type(0) : id > 0 && id <= types.size() ? types.get(id - 1) : null;
    }

    ObjectFormatException fail(ElfSection section, long offset, String rule) {
        return new ObjectFormatException(elf.name(), section == null ? "" : section.name(), offset, rule);
    }

    ObjectFormatException fail(String section, String rule) {
        return new ObjectFormatException(elf.name(), section, -1, rule);
    }
}
