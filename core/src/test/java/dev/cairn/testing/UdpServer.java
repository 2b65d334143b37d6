package dev.cairn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Receives real datagrams. It can be stopped and started again. Its port stays the same.
 */
public final class UdpServer implements AutoCloseable {

	private final int port = Ports.free();

	private final List<String> datagrams = new CopyOnWriteArrayList<>();

	private @Nullable DatagramSocket socket;

	private @Nullable Thread receiver;

	/**
	 * Returns a server that has been started.
	 * @return the server
	 */
	public static UdpServer started() {
		UdpServer server = new UdpServer();
		server.start();
		return server;
	}

	/**
	 * Returns the port.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Returns the datagrams received so far.
	 * @return the datagrams, oldest first
	 */
	public List<String> datagrams() {
		return this.datagrams;
	}

	/**
	 * Returns the lines of all datagrams.
	 * @return the lines, oldest first
	 */
	public List<String> lines() {
		return this.datagrams.stream().flatMap(String::lines).toList();
	}

	/** Starts the server, unless it is running. */
	public synchronized void start() {
		if (this.socket != null) {
			return;
		}
		try {
			DatagramSocket open = new DatagramSocket(null);
			open.setReceiveBufferSize(4 * 1024 * 1024);
			open.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			this.socket = open;
			this.receiver = new Thread(() -> receive(open), "udp-server");
			this.receiver.setDaemon(true);
			this.receiver.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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

	/** Stops the server. */
	public synchronized void stop() {
		if (this.socket != null) {
			this.socket.close();
			this.socket = null;
			// The port is only free when no thread waits on it any more
			join(this.receiver);
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		stop();
	}

}
