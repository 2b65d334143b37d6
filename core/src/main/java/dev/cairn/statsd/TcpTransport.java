package dev.cairn.statsd;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.internal.TcpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Sends packets over TCP, each followed by a line feed, and connects again after a
 * failure. A server that does not read holds a call up for a second at most; the rest of
 * the packet is written by a later call. Not thread-safe.
 */
final class TcpTransport implements StatsdRegistry.Transport {

	private static final long WRITE_NANOS = Duration.ofSeconds(1).toNanos();

	/** The time after which a connection that takes nothing is given up. */
	private static final long STALLED_NANOS = Duration.ofMinutes(1).toNanos();

	private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

	private final TcpConnection connection;

	/** The packet that is being written to the connection. */
	private byte @Nullable [] packet;

	/** The bytes of the packet that are not written yet. */
	private ByteBuffer rest = ByteBuffer.allocate(0);

	/** When the connection has last taken something. */
	private long progress;

	TcpTransport(String host, int port) {
		this.connection = new TcpConnection(host, port);
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
			throw new SocketTimeoutException(this.connection + " does not read");
		}
		this.packet = null;
	}

	private SocketChannel connected() throws IOException {
		SocketChannel open = this.connection.current();
		if (open == null) {
			close();
			open = this.connection.connect();
		}
		return open;
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
				throw new SocketTimeoutException(this.connection + " has not read for a minute");
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
		this.packet = null;
		this.rest.clear().limit(0);
		this.connection.close();
	}

}
