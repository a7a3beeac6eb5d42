/** The walk's working surface: what every instruction step, memory rule and call rule reads and changes. */
package dev.skep.verifier.walk;
