package dev.cairn.file;

import java.io.IOException;
import java.net.SocketTimeoutException;
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
import dev.cairn.internal.TcpConnection;

/**
 * Sends messages over a TCP connection, each with its length in front of it (RFC 6587). A
 * message counts as delivered when the operating system has accepted it, since syslog has
 * no acknowledgements. After a failure, a message is sent again as a whole on a new
 * connection.
 */
final class TcpSyslogDestination implements Destination {

	/** The time after which a server that does not read is given up. */
	private static final long STALLED_NANOS = Duration.ofSeconds(10).toNanos();

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final TcpConnection connection;

	private final MessageEncoder encoder;

	private final int maxBytes;

	TcpSyslogDestination(String host, int port, MessageEncoder encoder, int maxBytes) {
		this.connection = new TcpConnection(host, port);
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
		SocketChannel open = this.connection.current();
		return (open != null) ? open : this.connection.connect();
	}

	private void write(SocketChannel open, ByteBuffer message) throws IOException {
		long progress = System.nanoTime();
		while (message.hasRemaining()) {
			if (open.write(message) > 0) {
				progress = System.nanoTime();
			}
			else if (Thread.interrupted() || System.nanoTime() - progress > STALLED_NANOS) {
				throw new SocketTimeoutException(this.connection + " does not read");
			}
			else {
				LockSupport.parkNanos(this, PAUSE_NANOS);
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}
