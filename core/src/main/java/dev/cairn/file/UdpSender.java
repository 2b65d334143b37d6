package dev.cairn.file;

import java.io.IOException;
import java.util.List;

import dev.cairn.delivery.BatchSender;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Lines;
import dev.cairn.delivery.Lines.Line;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.internal.Datagrams;

/**
 * Sends each message as one datagram. A message counts as delivered when the operating
 * system has taken it; UDP knows no more. Where the receiver's host answers that nobody
 * listens, the sender notices at its next datagram.
 */
public final class UdpSender implements BatchSender {

	/** What fits into an IPv4 datagram. */
	private static final int LARGEST_DATAGRAM = 65_507;

	private final Datagrams datagrams;

	private final MessageEncoder encoder;

	private final int maxBytes;

	/**
	 * Create a sender.
	 * @param host the receiver, looked up again after each failure
	 * @param port its port
	 * @param encoder writes the datagrams
	 * @param maxBytes how large a message may be
	 */
	public UdpSender(String host, int port, MessageEncoder encoder, int maxBytes) {
		this.datagrams = new Datagrams(host, port);
		this.encoder = encoder;
		this.maxBytes = Math.min(maxBytes, LARGEST_DATAGRAM);
	}

	@Override
	public void send(List<Delivery> batch) throws IOException {
		for (Line line : Lines.encode(batch, this.encoder, this.maxBytes)) {
			this.datagrams.send(line.bytes(), line.bytes().length);
			line.delivered();
		}
	}

	@Override
	public void close() throws IOException {
		this.datagrams.close();
	}

}
