/** The {@code skep} command: one class per subcommand, and the writers of its tables and JSON. */
package dev.skep.cli;
