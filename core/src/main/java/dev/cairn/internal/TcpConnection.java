package dev.cairn.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A TCP connection to a server that sends nothing, such as one of StatsD or syslog. Its
 * channel does not block. For one thread.
 */
public final class TcpConnection implements Closeable {

	private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(2).toMillis();

	private final String host;

	private final int port;

	private @Nullable SocketChannel channel;

	public TcpConnection(String host, int port) {
		this.host = host;
		this.port = port;
	}

	/**
	 * Returns the channel.
	 * @return the channel, or {@code null} if there is none that the server has left open
	 */
	public @Nullable SocketChannel current() {
		SocketChannel open = this.channel;
		return (open != null && !isClosedByPeer(open)) ? open : null;
	}

	/** A read ends only with the connection. */
	private static boolean isClosedByPeer(SocketChannel open) {
		try {
			return open.read(ByteBuffer.allocate(1)) < 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/**
	 * Connects, and closes the channel before. The host is resolved each time.
	 * @return the new channel
	 * @throws IOException if the server cannot be reached within two seconds
	 */
	public SocketChannel connect() throws IOException {
		close();
		InetSocketAddress address = new InetSocketAddress(this.host, this.port);
		if (address.isUnresolved()) {
			throw new UnknownHostException(this.host + " cannot be resolved");
		}
		SocketChannel fresh = SocketChannel.open();
		this.channel = fresh;
		fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
		try {
			fresh.socket().connect(address, CONNECT_MILLIS);
		}
		catch (IOException ex) {
			throw new ConnectException(this + ": " + ex.getMessage());
		}
		fresh.configureBlocking(false);
		return fresh;
	}

	@Override
	public void close() throws IOException {
		SocketChannel open = this.channel;
		this.channel = null;
		if (open != null) {
			open.close();
		}
	}

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

}
