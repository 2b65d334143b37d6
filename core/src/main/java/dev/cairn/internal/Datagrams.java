package dev.cairn.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A connected datagram socket that resolves its receiver again after each failure and
 * every half minute. Many hosts answer with an ICMP message if no process listens on the
 * port. After the first datagram on a new socket, this class waits briefly for that
 * message, so that a missing receiver is detected. It pauses briefly after a number of
 * datagrams, since a burst overflows the receive buffer of a receiver that the operating
 * system has not scheduled yet: Linux holds fewer than a hundred of 1,432 bytes by
 * default. For one thread.
 */
public final class Datagrams implements Closeable {

	private static final Duration LOOK_UP_EVERY = Duration.ofSeconds(30);

	/** The time to wait for a rejection, in nanoseconds. */
	private static final long REJECTED_WITHIN = Duration.ofMillis(30).toNanos();

	private static final long PAUSE = Duration.ofMillis(1).toNanos();

	private static final int MAX_PAUSES = 1000;

	/** The number of datagrams that are sent without a pause. */
	private static final int BURST = 32;

	private static final int LARGEST_PORT = 65_535;

	private final String host;

	private final int port;

	/** The time for which a resolved address is used, in nanoseconds. */
	private final long lookUpEvery;

	private @Nullable DatagramChannel channel;

	private @Nullable InetSocketAddress address;

	private long lookedUp;

	private boolean proven;

	private int sent;

	/**
	 * Creates a socket, which is opened when it is first used.
	 * @param host the host of the receiver
	 * @param port the port of the receiver
	 * @throws IllegalArgumentException if the port is out of range
	 */
	public Datagrams(String host, int port) {
		this(host, port, LOOK_UP_EVERY);
	}

	public Datagrams(String host, int port, Duration lookUpEvery) {
		if (port < 1 || port > LARGEST_PORT) {
			throw new IllegalArgumentException("port must be 1 to " + LARGEST_PORT + ", but was " + port);
		}
		this.host = host;
		this.port = port;
		this.lookUpEvery = lookUpEvery.toNanos();
	}

	/**
	 * Sends a datagram.
	 * @param bytes the content
	 * @param length the number of bytes to send
	 * @throws IOException if the host is unknown, if the port is known to be closed, or
	 * if the operating system does not accept the datagram
	 */
	public void send(byte[] bytes, int length) throws IOException {
		try {
			DatagramChannel open = connected();
			write(open, ByteBuffer.wrap(bytes, 0, length));
			if (!this.proven) {
				awaitRejection(open);
				this.proven = true;
			}
			if (++this.sent % BURST == 0) {
				LockSupport.parkNanos(PAUSE);
			}
		}
		catch (PortUnreachableException ex) {
			close();
			throw new PortUnreachableException("no process receives on " + this.host + ":" + this.port);
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
	}

	private static void write(DatagramChannel open, ByteBuffer datagram) throws IOException {
		for (int i = 0; open.write(datagram) == 0; i++) {
			if (i == MAX_PAUSES || Thread.interrupted()) {
				throw new IOException("the operating system does not accept further datagrams");
			}
			LockSupport.parkNanos(PAUSE);
		}
	}

	/** A received rejection is thrown by the next operation on the socket. */
	private static void awaitRejection(DatagramChannel open) throws IOException {
		ByteBuffer answer = ByteBuffer.allocate(1);
		long until = System.nanoTime() + REJECTED_WITHIN;
		while (System.nanoTime() - until < 0 && !Thread.interrupted()) {
			open.read(answer.clear());
			LockSupport.parkNanos(PAUSE);
		}
	}

	private DatagramChannel connected() throws IOException {
		DatagramChannel open = this.channel;
		if (open != null && System.nanoTime() - this.lookedUp < this.lookUpEvery) {
			return open;
		}
		InetSocketAddress found = new InetSocketAddress(this.host, this.port);
		this.lookedUp = System.nanoTime();
		if (found.isUnresolved()) {
			if (open != null) {
				return open;
			}
			throw new UnknownHostException(this.host + " cannot be resolved");
		}
		if (open != null && found.equals(this.address)) {
			return open;
		}
		close();
		DatagramChannel fresh = DatagramChannel.open();
		fresh.configureBlocking(false);
		this.proven = false;
		this.channel = fresh;
		this.address = found;
		fresh.connect(found);
		return fresh;
	}

	@Override
	public void close() throws IOException {
		DatagramChannel open = this.channel;
		this.channel = null;
		if (open != null) {
			open.close();
		}
	}

}
