package dev.skep.conformance.claim;

import dev.skep.conformance.random.Rng;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.SkbField;
import dev.skep.runtime.packet.XdpBuffer;

/** Random packets, contexts and map contents: anything that a program can meet, what is special more often. */
final class Inputs {
    private static final int[] FRAME_LENGTHS = {
        14, 15, 18, 20, 22, 30, 34, 38, 42, 54, 60, 64, 78, 100, 128, 200, 300, 1500, 3520, 5000
    };
    private static final int ENTRIES = 4;

    private final Rng rng;

    Inputs(Rng rng) {
        this.rng = rng;
    }

    /** Puts a packet into the buffer. */
    void packet(XdpBuffer buffer) {
        int meta = rng.chance(0.3) ? 4 * rng.below(9) : 0;
        byte[] packet = bytes(meta + frameLength());
        buffer.load(packet, 0, packet.length, meta);
        buffer.arrival(rng.below(3), rng.below(4));
    }

    /** Puts a packet into the buffer. */
    void packet(SkbBuffer buffer, boolean fromLinkLayer) {
        byte[] packet = bytes(frameLength());
        int linear = rng.chance(0.3) ? rng.between(SkbBuffer.ETH_BYTES, packet.length) : packet.length;
        buffer.load(packet, 0, packet.length, fromLinkLayer, linear);
        if (fromLinkLayer && rng.chance(0.3)) {
            buffer.metadata(bytes(4 * rng.below(9)));
        }
        for (int field :
                new int[] {SkbField.MARK, SkbField.PRIORITY, SkbField.QUEUE_MAPPING, SkbField.TC_INDEX, SkbField.HASH
                }) {
            buffer.contextField(field, 4, rng.value());
        }
        for (int i = 0; i < 5; i++) {
            buffer.contextField(SkbField.CB + 4 * i, 4, rng.value());
        }
    }

    private int frameLength() {
        return rng.pick(FRAME_LENGTHS);
    }

    /** Bytes of one of several kinds: all zero, small numbers, noise, numbers at the borders of widths, IP packets. */
    byte[] bytes(int length) {
        byte[] out = new byte[length];
        int kind = rng.below(5);
        for (int i = 0; i < length && kind > 0; i += 8) {
            long word = switch (kind) {
                case 1 -> rng.below(4);
                case 2, 3 -> rng.bits();
                default -> rng.value();
            };
            for (int k = 0; k < 8 && i + k < length; k++) {
                out[i + k] = (byte) (word >>> 8 * k);
            }
        }
        if (kind == 3 && length >= 34) {
            boolean six = length >= 54 && rng.chance(0.4);
            out[12] = (byte) (six ? 0x86 : 0x08);
            out[13] = (byte) (six ? 0xdd : 0);
            out[14] = (byte) (six ? 0x60 : 0x45);
            out[six ? 20 : 23] = (byte) rng.pick(1, 6, 17);
        }
        return out;
    }

    /** Gives a map a few elements, as far as its type takes any. */
    void fill(BpfMap map, Machine machine) {
        switch (map.type()) {
            case ARRAY, PERCPU_ARRAY -> {
                for (int i = 0;
                        i < Math.min(ENTRIES, map.maxEntries()) && map.spec().contents() == null;
                        i++) {
                    map.put(word(i, 4), bytes(map.hostValueSize()), BpfMap.ANY);
                }
            }
            case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH -> {
                for (int i = 0; i < ENTRIES; i++) {
                    byte[] key = i < 2 ? word(i, map.keySize()) : bytes(map.keySize());
                    map.put(key, bytes(map.hostValueSize()), BpfMap.ANY);
                }
            }
            case LPM_TRIE -> {
                for (int i = 0; i < ENTRIES; i++) {
                    byte[] key = bytes(map.keySize());
                    System.arraycopy(word(rng.below(8 * (map.keySize() - 4) + 1), 4), 0, key, 0, 4);
                    map.put(key, bytes(map.hostValueSize()), BpfMap.ANY);
                }
            }
            case QUEUE, STACK, BLOOM_FILTER -> {
                for (int i = 0; i < ENTRIES / 2; i++) {
                    map.put(new byte[0], bytes(map.hostValueSize()), BpfMap.ANY);
                }
            }
            case USER_RINGBUF -> {
                for (int i = 0; i < ENTRIES && ((UserRingBufferMap) map).ring().offer(bytes(rng.below(64))); i++) {
                    continue;
                }
            }
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> inner(map, machine);
            default -> {}
        }
    }

    private void inner(BpfMap map, Machine machine) {
        MapSpec template = map.spec().inner();
        if (template == null || template.type() == null || template.type() == MapType.PROG_ARRAY) {
            return;
        }
        BpfMap inner = machine.createMap(template);
        fill(inner, machine);
        if (map instanceof HandleArrayMap slots) {
            slots.set(rng.below(Math.min(2, map.maxEntries())), inner.id());
        } else {
            map.put(word(rng.below(2), map.keySize()), word(inner.id(), 4), BpfMap.ANY);
        }
    }

    private static byte[] word(int value, int length) {
        byte[] out = new byte[length];
        for (int i = 0; i < Math.min(4, length); i++) {
            out[i] = (byte) (value >>> 8 * i);
        }
        return out;
    }
}
