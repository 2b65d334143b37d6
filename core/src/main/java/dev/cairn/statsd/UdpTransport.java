package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;

import dev.cairn.internal.Datagrams;

/**
 * Sends each packet as a datagram. A packet counts as sent when the operating system has
 * taken it. For one thread.
 */
public final class UdpTransport implements Transport {

	private final Datagrams datagrams;

	/**
	 * Create a transport, which opens its socket when it is first used.
	 * @param host the server
	 * @param port its port
	 * @throws IllegalArgumentException when there is no such port
	 */
	public UdpTransport(String host, int port) {
		this.datagrams = new Datagrams(host, port);
	}

	/**
	 * Create a transport that looks for the address of its server as often as it is told.
	 * @param host the server
	 * @param port its port
	 * @param lookUpEvery how long an address is believed; 30 seconds otherwise
	 * @throws IllegalArgumentException when there is no such port
	 */
	public UdpTransport(String host, int port, Duration lookUpEvery) {
		this.datagrams = new Datagrams(host, port, lookUpEvery);
	}

	@Override
	public void send(byte[] packet) throws IOException {
		this.datagrams.send(packet, packet.length);
	}

	@Override
	public void close() throws IOException {
		this.datagrams.close();
	}

}
