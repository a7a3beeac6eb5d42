/** Bytes to values and back by BTF type: what record handlers, map views, tables and JSON are made of. */
package dev.skep.data;
