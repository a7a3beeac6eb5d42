/** Numbers and names of the kernel's user interface that every module needs: program, attach and map types. */
package dev.skep.object.uapi;
