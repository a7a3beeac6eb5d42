package dev.skep;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.ObjectFormatException;
import dev.skep.runtime.Host;
import dev.skep.runtime.HostFile;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Skep's front door: a place to run BPF programs in this process, and the verifier without one.
 *
 * <p>One instance is one address space with one root {@link MemoryAccount}. Objects loaded into it can be closed one by
 * one; closing it closes them all. Safe for many threads.
 */
public final class Skep implements AutoCloseable {
    private final Machine machine;
    private final List<BpfObject> objects = new ArrayList<>();
    private boolean closed;

    private Skep(Machine machine) {
        this.machine = machine;
    }

    /**
     * A place with 2 GiB of address space (used memory is what is touched), an unlimited account and a default host.
     */
    public static Skep create() {
        return create(_ -> {});
    }

    /** The same, with settings. */
    public static Skep create(Consumer<Settings> choose) {
        Settings settings = new Settings();
        choose.accept(settings);
        KernelModel kernel = settings.kernel;
        MachineOptions.SpecialFields fields = new MachineOptions.SpecialFields() {
            @Override
            public List<dev.skep.kernel.map.SpecialField> of(dev.skep.object.spec.MapSpec map) {
                return kernel.specialFields(map);
            }

            @Override
            public List<dev.skep.kernel.map.SpecialField> of(dev.skep.object.btf.Btf btf, int structId) {
                return kernel.specialFields(btf, structId);
            }
        };
        return new Skep(Machine.create(MachineOptions.defaults()
                .withSlabSize(settings.addressSpace)
                .withAccount(settings.account)
                .withHost(settings.host)
                .withTypes(fields)));
    }

    /** How a {@link Skep} is made. */
    public static final class Settings {
        private long addressSpace = 1L << 31;
        private MemoryAccount account = MemoryAccount.unlimited("root");
        private Host host = Host.DEFAULT;
        private KernelModel kernel = KernelModels.shipped();

        private Settings() {}

        /** Bytes of address space, at most 2 GiB. */
        public Settings addressSpace(long bytes) {
            addressSpace = bytes;
            return this;
        }

        /** The root account. */
        public Settings account(MemoryAccount root) {
            account = root;
            return this;
        }

        /** Clocks, random numbers, the log. */
        public Settings host(Host newHost) {
            host = newHost;
            return this;
        }
    }

    /** The account that pays where no other is named. */
    public MemoryAccount rootAccount() {
        return machine.account();
    }

    /** The machine underneath, for what this API does not cover. */
    public Machine machine() {
        return machine;
    }

    /** Lets programs read a file, through dynptrs ({@link Feature#LINUX_619}); closing this ends it as well. */
    public ProvidedFile provide(HostFile file) {
        return new ProvidedFile(machine, machine.openFile(file));
    }

    /** Reads, links, verifies and compiles an object. */
    public BpfObject load(Path file) throws ObjectFormatException, RejectedException, IOException {
        return load(file, _ -> {});
    }

    /**
     * Reads, links, verifies and compiles an object.
     *
     * @throws ObjectFormatException when the file is not a BPF object
     * @throws RejectedException when the verifier refuses one of its programs
     * @throws dev.skep.runtime.map.InvalidMapException when Linux would refuse one of its maps
     * @throws dev.skep.runtime.memory.MemoryLimitException when the account cannot pay for its maps
     */
    public BpfObject load(Path file, Consumer<LoadOptions> choose)
            throws ObjectFormatException, RejectedException, IOException {
        return load(file.getFileName().toString(), Files.readAllBytes(file), choose);
    }

    /** The same, from bytes at hand. */
    public synchronized BpfObject load(String name, byte[] bytes, Consumer<LoadOptions> choose)
            throws ObjectFormatException, RejectedException {
        if (closed) {
            throw new IllegalStateException("skep must be open");
        }
        LoadOptions options = new LoadOptions(rootAccount());
        choose.accept(options);
        BpfObject object = new ObjectLoader(machine, options).load(name, bytes);
        objects.add(object);
        return object;
    }

    /** Linux's verdict on one program of a file, with its log. Nothing is loaded. */
    public static Verdict verify(Path file, String program) throws ObjectFormatException, IOException {
        return verify(file, program, VerifierOptions.DEFAULT.withLogLevel(1));
    }

    /** The same, with options. */
    public static Verdict verify(Path file, String program, VerifierOptions options)
            throws ObjectFormatException, IOException {
        ObjectFile object = ObjectFile.open(file, Extensions.on(KernelModels.running(), options.features()));
        return Verifier.verify(object.link(object.program(program)), object.kernel(), options);
    }

    /** Frees everything. Runs under way end with an exception at their next memory access. */
    @Override
    public synchronized void close() {
        if (!closed) {
            objects.forEach(BpfObject::closeRings);
            closed = true;
            objects.forEach(BpfObject::abandon);
            machine.close();
        }
    }
}
