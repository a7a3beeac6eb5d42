package dev.skep;

import dev.skep.data.RecordMapping;
import dev.skep.object.btf.Btf;
import dev.skep.runtime.ring.RecordHandler;
import dev.skep.runtime.ring.RingRecord;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** What rings know wherever they live: their name, and the type of their records. */
abstract sealed class TypedRing implements RingBuffer permits MachineRing, KernelRing {
    private final String name;
    private final Btf btf;
    private final int recordType;

    TypedRing(String name, Btf btf, int recordType) {
        this.name = name;
        this.btf = btf;
        this.recordType = recordType;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int recordType() {
        return recordType;
    }

    @Override
    public <T> Consumer<RingRecord> decoding(Class<T> type, Consumer<T> handler) {
        if (recordType == 0) {
            throw new IllegalStateException(
                    "ring " + name + ": record type unknown: declare it with btf_decl_tag(\"record:STRUCT\")");
        }
        RecordMapping<T> mapping = RecordMapping.of(type, btf, recordType);
        return record -> handler.accept(mapping.read(ByteBuffer.wrap(record.toByteArray())));
    }

    static RecordHandler adapt(Consumer<RingRecord> handler) {
        return record -> {
            handler.accept(record);
            return 0;
        };
    }
}
