/**
 * Packet captures: pcap and pcapng files to records and back. Knows nothing of programs.
 */
package dev.skep.runtime.capture;
