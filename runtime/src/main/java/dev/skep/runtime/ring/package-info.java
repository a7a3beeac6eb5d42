/**
 * Ring buffers in the kernel's own layout, over slab memory: {@link dev.skep.runtime.ring.RingBuffer} from programs to the host,
 * {@link dev.skep.runtime.ring.UserRingBuffer} from the host to programs. Knows nothing of maps.
 */
package dev.skep.runtime.ring;
