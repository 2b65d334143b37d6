package dev.cairn.file;

import java.io.IOException;
import java.util.List;

import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.internal.Datagrams;

/**
 * Sends each message as one datagram, which counts as delivered when the operating system
 * has accepted it, since UDP has no acknowledgements.
 */
final class UdpDestination implements Destination {

	/** The maximum payload of an IPv4 datagram. */
	private static final int LARGEST_DATAGRAM = 65_507;

	private final Datagrams datagrams;

	private final MessageEncoder encoder;

	private final int maxBytes;

	UdpDestination(String host, int port, MessageEncoder encoder, int maxBytes) {
		this.datagrams = new Datagrams(host, port);
		this.encoder = encoder;
		this.maxBytes = Math.min(maxBytes, LARGEST_DATAGRAM);
	}

	@Override
	public void submit(List<Delivery> batch) throws IOException {
		for (Delivery delivery : batch) {
			byte[] datagram = delivery.encode(this.encoder, this.maxBytes);
			if (datagram != null) {
				this.datagrams.send(datagram, datagram.length);
				delivery.delivered();
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.datagrams.close();
	}

}
