/** What every reader of bytes shares: its one exception. */
package dev.skep.object;
