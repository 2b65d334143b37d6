package dev.cairn.file;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages over a TCP connection, each with its length in front of it (RFC 6587). A
 * message counts as delivered when the operating system has accepted it, since syslog has
 * no acknowledgements. After a failure, a message is sent again as a whole on a new
 * connection.
 */
final class TcpSyslogDestination implements Destination {

	private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(2).toMillis();

	/** The time after which a server that does not read is given up. */
	private static final long STALLED_NANOS = Duration.ofSeconds(10).toNanos();

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final String host;

	private final int port;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private @Nullable SocketChannel channel;

	TcpSyslogDestination(String host, int port, MessageEncoder encoder, int maxBytes) {
		this.host = host;
		this.port = port;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
	}

	@Override
	public void submit(List<Delivery> batch) throws IOException {
		try {
			for (Delivery delivery : batch) {
				byte[] message = delivery.encode(this.encoder, this.maxBytes);
				if (message != null) {
					byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
					write(connected(),
							ByteBuffer.allocate(length.length + message.length).put(length).put(message).flip());
					delivery.delivered();
				}
			}
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
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
		try {
			fresh.socket().connect(address, CONNECT_MILLIS);
		}
		catch (IOException ex) {
			throw new ConnectException(this.host + ":" + this.port + ": " + ex.getMessage());
		}
		fresh.configureBlocking(false);
		return fresh;
	}

	/** A server sends nothing, so that a read ends only with the connection. */
	private static boolean isClosedByPeer(SocketChannel open) {
		try {
			return open.read(ByteBuffer.allocate(1)) < 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

	private void write(SocketChannel open, ByteBuffer message) throws IOException {
		long progress = System.nanoTime();
		while (message.hasRemaining()) {
			if (open.write(message) > 0) {
				progress = System.nanoTime();
			}
			else if (Thread.interrupted() || System.nanoTime() - progress > STALLED_NANOS) {
				throw new SocketTimeoutException(this.host + ":" + this.port + " does not read");
			}
			else {
				LockSupport.parkNanos(this, PAUSE_NANOS);
			}
		}
	}

	@Override
	public void close() throws IOException {
		SocketChannel open = this.channel;
		this.channel = null;
		if (open != null) {
			open.close();
		}
	}

}
