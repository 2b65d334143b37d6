package dev.cairn.benchmarks;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import org.jspecify.annotations.Nullable;

/**
 * A StatsD server that reads and forgets.
 */
final class StatsdServer implements AutoCloseable {

	private final DatagramSocket socket;

	StatsdServer() throws IOException {
		this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
		Thread reader = new Thread(this::read, "statsd-server");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		byte[] bytes = new byte[65_535];
		while (!this.socket.isClosed()) {
			try {
				this.socket.receive(new DatagramPacket(bytes, bytes.length));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	/** Return what a client has to know. */
	StatsdConfig config() {
		int port = this.socket.getLocalPort();
		return new StatsdConfig() {

			@Override
			public @Nullable String get(String key) {
				return null;
			}

			@Override
			public StatsdFlavor flavor() {
				return StatsdFlavor.DATADOG;
			}

			@Override
			public String host() {
				return InetAddress.getLoopbackAddress().getHostAddress();
			}

			@Override
			public int port() {
				return port;
			}

		};
	}

	@Override
	public void close() {
		this.socket.close();
	}

}
