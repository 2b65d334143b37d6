package dev.cairn.collector;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/**
 * Receives datagrams on one thread.
 */
final class UdpListener extends Listener<DatagramSocket> {

	private static final int MAX_DATAGRAM = 65_535;

	private static final int RECEIVE_BUFFER = 1024 * 1024;

	private final Lines lines;

	UdpListener(InetSocketAddress address, Lines lines) {
		super("udp", address);
		this.lines = lines;
	}

	@Override
	DatagramSocket open(InetSocketAddress address) throws IOException {
		DatagramSocket open = new DatagramSocket(address);
		open.setReceiveBufferSize(RECEIVE_BUFFER);
		return open;
	}

	@Override
	int port(DatagramSocket socket) {
		return socket.getLocalPort();
	}

	@Override
	void receive(DatagramSocket open) {
		DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
		while (!open.isClosed()) {
			try {
				packet.setLength(MAX_DATAGRAM);
				open.receive(packet);
				this.lines.receive(packet.getData(), packet.getLength());
			}
			catch (IOException ex) {
				pauseAfterFailure(open);
			}
		}
	}

}
