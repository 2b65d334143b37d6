package dev.cairn.spring.test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Receives datagrams on a free port.
 */
public final class UdpReceiver implements AutoCloseable {

	private final DatagramSocket socket;

	private final List<String> datagrams = new CopyOnWriteArrayList<>();

	/**
	 * Start to receive.
	 */
	public UdpReceiver() {
		try {
			this.socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
			this.socket.setReceiveBufferSize(4 * 1024 * 1024);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		Thread thread = new Thread(this::run, "udp-receiver");
		thread.setDaemon(true);
		thread.start();
	}

	private void run() {
		byte[] buffer = new byte[65_535];
		while (!this.socket.isClosed()) {
			try {
				DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
				this.socket.receive(packet);
				this.datagrams.add(new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	/**
	 * Return the port.
	 * @return the port
	 */
	public int port() {
		return this.socket.getLocalPort();
	}

	/**
	 * Return what came.
	 * @return the datagrams
	 */
	public List<String> datagrams() {
		return new ArrayList<>(this.datagrams);
	}

	/**
	 * Return the lines of all datagrams.
	 * @return the lines
	 */
	public List<String> lines() {
		return datagrams().stream().flatMap(String::lines).toList();
	}

	@Override
	public void close() {
		this.socket.close();
	}

}
