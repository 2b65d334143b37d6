package dev.cairn.sink;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A connected datagram socket that looks its receiver up again after each failure and
 * every half minute. For one thread.
 */
public final class Datagrams implements Closeable {

	private static final long LOOK_UP_EVERY = Duration.ofSeconds(30).toNanos();

	private final String host;

	private final int port;

	private @Nullable DatagramChannel channel;

	private @Nullable InetSocketAddress address;

	private long lookedUp;

	/**
	 * Create a socket, which is opened when it is first used.
	 * @param host the receiver
	 * @param port its port
	 */
	public Datagrams(String host, int port) {
		this.host = host;
		this.port = port;
	}

	/**
	 * Hand a datagram to the operating system.
	 * @param bytes the content
	 * @param length how many of the bytes to send
	 * @throws IOException when there is no such host, or when an earlier datagram came
	 * back since nobody listens
	 */
	public void send(byte[] bytes, int length) throws IOException {
		try {
			connected().write(ByteBuffer.wrap(bytes, 0, length));
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
	}

	private DatagramChannel connected() throws IOException {
		DatagramChannel open = this.channel;
		if (open != null && System.nanoTime() - this.lookedUp < LOOK_UP_EVERY) {
			return open;
		}
		InetSocketAddress found = new InetSocketAddress(this.host, this.port);
		this.lookedUp = System.nanoTime();
		if (found.isUnresolved()) {
			if (open != null) {
				return open;
			}
			throw new UnknownHostException(this.host);
		}
		if (open != null && found.equals(this.address)) {
			return open;
		}
		close();
		DatagramChannel fresh = DatagramChannel.open();
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
