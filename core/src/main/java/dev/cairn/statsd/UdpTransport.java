package dev.cairn.statsd;

import java.io.IOException;

import dev.cairn.internal.Datagrams;

/**
 * Sends each packet as a datagram.
 */
record UdpTransport(Datagrams datagrams) implements StatsdRegistry.Transport {

	@Override
	public void send(byte[] packet, int length) throws IOException {
		this.datagrams.send(packet, length);
	}

	@Override
	public void close() throws IOException {
		this.datagrams.close();
	}

}
