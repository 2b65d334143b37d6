package dev.cairn.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.cairn.statsd.StatsdRegistry.Transport;

/**
 * Records the packets that a StatsD transport has sent. It can be made to fail.
 */
public final class RecordingTransport implements Transport {

	private final Transport transport;

	private final List<String> packets = new CopyOnWriteArrayList<>();

	private volatile boolean broken;

	/** Sends nothing anywhere. */
	public RecordingTransport() {
		this((packet, length) -> {
		});
	}

	/**
	 * Sends with another transport.
	 * @param transport the other transport
	 */
	public RecordingTransport(Transport transport) {
		this.transport = transport;
	}

	@Override
	public void send(byte[] packet, int length) throws IOException {
		if (this.broken) {
			throw new IOException("nobody listens");
		}
		this.transport.send(packet, length);
		this.packets.add(new String(packet, 0, length, StandardCharsets.UTF_8));
	}

	/**
	 * Sets whether sending fails.
	 * @param broken whether it fails
	 */
	public void broken(boolean broken) {
		this.broken = broken;
	}

	/**
	 * Returns the packets that were sent.
	 * @return the packets, oldest first
	 */
	public List<String> packets() {
		return this.packets;
	}

	/**
	 * Returns the lines of all packets.
	 * @return the lines, oldest first
	 */
	public List<String> lines() {
		return this.packets.stream().flatMap(String::lines).toList();
	}

	/** Forgets the packets. */
	public void clear() {
		this.packets.clear();
	}

	@Override
	public void close() throws IOException {
		this.transport.close();
	}

}
