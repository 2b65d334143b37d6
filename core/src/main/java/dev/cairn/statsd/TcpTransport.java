package dev.cairn.statsd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Sends packets over TCP, each followed by a line feed, and connects again after a
 * failure. A server that does not read holds a call up for a second at most; the rest of
 * the packet is written by a later call. Not thread-safe.
 */
final class TcpTransport implements StatsdRegistry.Transport {

	private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(2).toMillis();

	private static final long WRITE_NANOS = Duration.ofSeconds(1).toNanos();

	/** The time after which a connection that takes nothing is given up. */
	private static final long STALLED_NANOS = Duration.ofMinutes(1).toNanos();

	private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

	private final String host;

	private final int port;

	private @Nullable SocketChannel channel;

	/** The packet that is being written to the connection. */
	private byte @Nullable [] packet;

	/** What is left of it. */
	private ByteBuffer rest = ByteBuffer.allocate(0);

	/** When the connection has last taken something. */
	private long progress;

	TcpTransport(String host, int port) {
		this.host = host;
		this.port = port;
	}

	@Override
	public void send(byte[] packet, int length) throws IOException {
		boolean written;
		try {
			SocketChannel open = connected();
			written = write(open);
			if (written && this.packet != packet) {
				this.packet = packet;
				this.progress = System.nanoTime();
				this.rest = ByteBuffer.allocate(length + 1).put(packet, 0, length).put((byte) '\n').flip();
				written = write(open);
			}
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
		if (!written) {
			throw new SocketTimeoutException(this.host + ":" + this.port + " does not read");
		}
		this.packet = null;
	}

	private SocketChannel connected() throws IOException {
		SocketChannel open = this.channel;
		if (open != null && !isClosedByPeer(open)) {
			return open;
		}
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
			throw new ConnectException(this.host + ":" + this.port + ": " + ex.getMessage());
		}
		fresh.configureBlocking(false);
		return fresh;
	}

	/** A StatsD server sends nothing, so a read ends only with the connection. */
	private static boolean isClosedByPeer(SocketChannel open) {
		try {
			return open.read(ByteBuffer.allocate(1)) < 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/** Writes what is left and returns whether the server has taken all of it in time. */
	private boolean write(SocketChannel open) throws IOException {
		long begin = System.nanoTime();
		while (this.rest.hasRemaining()) {
			int taken = open.write(this.rest);
			long now = System.nanoTime();
			if (taken > 0) {
				this.progress = now;
			}
			else if (now - this.progress > STALLED_NANOS) {
				throw new SocketTimeoutException(this.host + ":" + this.port + " has not read for a minute");
			}
			else if (now - begin > WRITE_NANOS) {
				return false;
			}
			else {
				LockSupport.parkNanos(this, PAUSE_NANOS);
			}
		}
		return true;
	}

	@Override
	public void close() throws IOException {
		SocketChannel open = this.channel;
		this.channel = null;
		this.packet = null;
		this.rest.clear().limit(0);
		if (open != null) {
			open.close();
		}
	}

}
