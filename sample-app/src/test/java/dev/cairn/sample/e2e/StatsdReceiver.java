package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.statsd.StatsdFlavor;

/**
 * Receives StatsD's datagrams on a real socket, and keeps them as they came.
 */
final class StatsdReceiver implements AutoCloseable {

	/** Datagrams on their way that even a small buffer holds. */
	private static final int WINDOW = 16;

	private final List<byte[]> datagrams = new CopyOnWriteArrayList<>();

	private final Semaphore window = new Semaphore(WINDOW);

	private final DatagramSocket socket;

	private final Thread thread;

	/** Receive on any free port. */
	StatsdReceiver() throws IOException {
		this("127.0.0.1", 0);
	}

	StatsdReceiver(String address, int port) throws IOException {
		this.socket = new DatagramSocket(null);
		this.socket.setReceiveBufferSize(4 * 1024 * 1024);
		this.socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
		this.thread = new Thread(this::run, "statsd-receiver");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void run() {
		byte[] buffer = new byte[65_535];
		try {
			while (true) {
				DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
				this.socket.receive(packet);
				this.datagrams.add(Arrays.copyOf(buffer, packet.getLength()));
				this.window.release();
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	int port() {
		return this.socket.getLocalPort();
	}

	/**
	 * Return a transport to this receiver that does not outrun it: UDP itself would lose
	 * datagrams without a word.
	 * @return the transport, over UDP
	 */
	Transport transport() {
		Transport udp = Transport.udp("127.0.0.1", port());
		return new Transport() {

			@Override
			public void send(byte[] packet, int length) throws IOException {
				try {
					if (!StatsdReceiver.this.window.tryAcquire(30, TimeUnit.SECONDS)) {
						throw new IOException("A datagram was lost");
					}
				}
				catch (InterruptedException ex) {
					throw new InterruptedIOException();
				}
				udp.send(packet, length);
			}

			@Override
			public void close() throws IOException {
				udp.close();
			}

		};
	}

	/**
	 * Return what has come.
	 * @param flavor what the lines have to be
	 * @return all lines
	 * @throws IllegalArgumentException when one is malformed
	 */
	List<StatsdLine> lines(StatsdFlavor flavor) {
		return this.datagrams.stream()
			.flatMap((datagram) -> Arrays.stream(text(datagram).split("\n", -1)))
			.map((line) -> StatsdLine.parse(flavor, line))
			.toList();
	}

	private static String text(byte[] datagram) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(datagram)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws InterruptedException {
		this.socket.close();
		// The port is free only when nothing waits on it any more
		this.thread.join();
	}

}
