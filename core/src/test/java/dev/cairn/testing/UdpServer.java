package dev.cairn.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Receives real datagrams on a port that stays the same.
 */
public final class UdpServer {

	private final int port = Ports.free();

	private final List<String> datagrams = new CopyOnWriteArrayList<>();

	private volatile DatagramSocket socket;

	private Thread receiver;

	public int port() {
		return this.port;
	}

	public List<String> datagrams() {
		return this.datagrams;
	}

	public synchronized void start() throws IOException {
		if (this.socket != null) {
			return;
		}
		DatagramSocket open = new DatagramSocket(null);
		open.setReceiveBufferSize(4 * 1024 * 1024);
		open.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
		this.socket = open;
		this.receiver = new Thread(() -> receive(open), "udp-server");
		this.receiver.setDaemon(true);
		this.receiver.start();
	}

	private void receive(DatagramSocket open) {
		byte[] buffer = new byte[65_536];
		while (!open.isClosed()) {
			DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
			try {
				open.receive(packet);
				this.datagrams.add(new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				// Closed
			}
		}
	}

	public synchronized void stop() throws InterruptedException {
		if (this.socket != null) {
			this.socket.close();
			this.socket = null;
			// The port is free only when nobody waits on it any more
			this.receiver.join();
		}
	}

}
