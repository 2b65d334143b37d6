package dev.cairn.statsd;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Sends packets over TCP, each followed by a line feed. After a failure it connects again
 * and looks the name up again. A connection closed by the server is noticed before the
 * next packet is written. Not thread-safe.
 */
final class TcpTransport implements StatsdRegistry.Transport {

	private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(2).toMillis();

	private final String host;

	private final int port;

	private @Nullable Socket socket;

	TcpTransport(String host, int port) {
		this.host = host;
		this.port = port;
	}

	@Override
	public void send(byte[] packet) throws IOException {
		try {
			OutputStream out = connected().getOutputStream();
			byte[] ended = Arrays.copyOf(packet, packet.length + 1);
			ended[packet.length] = '\n';
			out.write(ended);
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
	}

	private Socket connected() throws IOException {
		Socket open = this.socket;
		if (open != null && !isClosedByPeer(open)) {
			return open;
		}
		close();
		InetSocketAddress address = new InetSocketAddress(this.host, this.port);
		if (address.isUnresolved()) {
			throw new UnknownHostException(this.host);
		}
		Socket fresh = new Socket();
		this.socket = fresh;
		fresh.setTcpNoDelay(true);
		fresh.connect(address, CONNECT_MILLIS);
		fresh.setSoTimeout(1);
		return fresh;
	}

	/** A StatsD server sends nothing, so a read ends only with the connection. */
	private static boolean isClosedByPeer(Socket open) {
		try {
			return open.getInputStream().read() < 0;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	@Override
	public void close() throws IOException {
		Socket open = this.socket;
		this.socket = null;
		if (open != null) {
			open.close();
		}
	}

}
