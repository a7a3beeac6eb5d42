/** Map types: creation rules, which helpers take which map, special fields in values. */
package dev.skep.kernel.map;
