/** Bytes to immutable specs: instructions, ELF, BTF, CO-RE and linking. Depends on nothing but java.base. */
module dev.skep.object {
    exports dev.skep.object;
    exports dev.skep.object.isa;
    exports dev.skep.object.btf;
    exports dev.skep.object.elf;
    exports dev.skep.object.core;
    exports dev.skep.object.spec;
    exports dev.skep.object.uapi;
}
