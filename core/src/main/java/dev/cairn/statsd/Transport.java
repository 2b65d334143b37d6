package dev.cairn.statsd;

import java.io.Closeable;
import java.io.IOException;

/**
 * Brings packets of lines to a server. Used by one thread; may block it.
 */
public interface Transport extends Closeable {

	/**
	 * Send a packet.
	 * @param packet lines with a line feed between them
	 * @throws IOException when it was not sent; the transport can be used again
	 */
	void send(byte[] packet) throws IOException;

	@Override
	default void close() throws IOException {
	}

}
