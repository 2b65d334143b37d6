package dev.cairn.statsd;

import java.io.IOException;

import dev.cairn.internal.Datagrams;

/**
 * Sends each packet as a datagram.
 *
 * @param datagrams the socket
 */
record UdpTransport(Datagrams datagrams) implements Transport {

	@Override
	public void send(byte[] packet) throws IOException {
		this.datagrams.send(packet, packet.length);
	}

	@Override
	public void close() throws IOException {
		this.datagrams.close();
	}

}
