package dev.cairn.statsd;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

import dev.cairn.internal.Datagrams;

/**
 * Sends packets to a server. Used by one thread, which it may block.
 */
@FunctionalInterface
public interface Transport extends Closeable {

	/**
	 * Sends a packet.
	 * @param packet lines, separated by line feeds
	 * @throws IOException if the packet was not sent; the transport can be used again
	 */
	void send(byte[] packet) throws IOException;

	@Override
	default void close() throws IOException {
	}

	/**
	 * Returns a transport that sends each packet as a datagram. A packet counts as sent
	 * when the operating system has accepted it.
	 * @param host the name of the server
	 * @param port the port of the server
	 * @return a transport that opens its socket at the first packet
	 * @throws IllegalArgumentException if the port is invalid
	 */
	static Transport udp(String host, int port) {
		return new UdpTransport(new Datagrams(host, port));
	}

	/**
	 * Returns a transport that sends each packet as a datagram.
	 * @param host the name of the server
	 * @param port the port of the server
	 * @param lookUpInterval the interval at which the name is looked up again
	 * @return a transport that opens its socket at the first packet
	 * @throws IllegalArgumentException if the port is invalid
	 */
	static Transport udp(String host, int port, Duration lookUpInterval) {
		return new UdpTransport(new Datagrams(host, port, lookUpInterval));
	}

	/**
	 * Returns a transport that sends each packet, followed by a line feed, over a
	 * connection that is opened again after a failure.
	 * @param host the name of the server
	 * @param port the port of the server
	 * @return a transport that connects at the first packet
	 */
	static Transport tcp(String host, int port) {
		return new TcpTransport(host, port);
	}

}
