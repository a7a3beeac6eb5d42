/**
 * Maps: one class per family of map types, values in the slab so that programs get direct pointers. Operations take and
 * return program addresses and Linux result codes; {@link dev.skep.runtime.map.BpfMap} adds the host's side, with Java
 * arrays.
 */
package dev.skep.runtime.map;
