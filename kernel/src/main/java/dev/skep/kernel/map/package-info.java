/**
 * Maps as programs meet them: which helpers take which map type, special fields in values and objects, and why a
 * program may not use a
 * map. Creation rules belong to the runtime.
 */
package dev.skep.kernel.map;
