/**
 * Ring buffers in the kernel's own layout: {@link dev.skep.runtime.ring.RingBuffer} from programs to the host, {@link
 * dev.skep.runtime.ring.UserRingBuffer} from the host to programs, both over slab memory; and the host's side of each
 * ({@link dev.skep.runtime.ring.RingConsumer}, {@link dev.skep.runtime.ring.UserRingProducer}), which works on any
 * ring's pages. Knows nothing of maps.
 */
package dev.skep.runtime.ring;
