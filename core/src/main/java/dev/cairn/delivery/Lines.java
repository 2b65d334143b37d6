package dev.cairn.delivery;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.encoding.MessageEncoder.Encoded;
import dev.cairn.encoding.MessageTooLargeException;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * The encoding step that senders share: what cannot be encoded is dropped with its
 * reason, and the rest is ready to go.
 */
public final class Lines {

	private Lines() {
	}

	/**
	 * Encode a batch.
	 * @param batch what is to be delivered
	 * @param encoder writes the lines
	 * @param maxBytes how long a line may be
	 * @return the deliveries that are left, in order, with their lines
	 */
	public static List<Line> encode(List<Delivery> batch, MessageEncoder encoder, int maxBytes) {
		List<Line> lines = new ArrayList<>(batch.size());
		for (Delivery delivery : batch) {
			Line line = encode(delivery, encoder, maxBytes);
			if (line != null) {
				lines.add(line);
			}
		}
		return lines;
	}

	/**
	 * Encode one message.
	 * @param delivery what is to be delivered
	 * @param encoder writes the line
	 * @param maxBytes how long the line may be
	 * @return the line, or {@code null} when it could not be written and is dropped
	 */
	public static @Nullable Line encode(Delivery delivery, MessageEncoder encoder, int maxBytes) {
		List<Line> line = new ArrayList<>(1);
		encode(delivery, () -> line.add(new Line(delivery, encoder.encode(delivery.message(), maxBytes), false)));
		return line.isEmpty() ? null : line.get(0);
	}

	/** Encode one, which is dropped where that fails. */
	static void encode(Delivery delivery, Encoding encoding) {
		try {
			encoding.run();
		}
		catch (MessageTooLargeException ex) {
			delivery.drop(DropReason.OVERSIZE, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			delivery.drop(DropReason.UNENCODABLE,
					delivery.message().type() + ": " + ex.getClass().getName() + ": " + Throwables.message(ex));
		}
	}

	/**
	 * The encoding of one object.
	 */
	@FunctionalInterface
	interface Encoding {

		void run() throws MessageTooLargeException;

	}

	/**
	 * A message and its line.
	 *
	 * @param delivery the delivery of the message
	 * @param encoded the line
	 * @param shortened whether it was longer, and the destination has refused that
	 */
	public record Line(Delivery delivery, Encoded encoded, boolean shortened) {

		/**
		 * Return the message.
		 * @return the message
		 */
		public Message message() {
			return this.delivery.message();
		}

		/**
		 * Return the line, without its end.
		 * @return UTF-8
		 */
		public byte[] bytes() {
			return this.encoded.bytes();
		}

		/**
		 * The destination has it.
		 */
		public void delivered() {
			if (this.encoded.truncated()) {
				this.delivery.deliveredTruncated();
			}
			else {
				this.delivery.delivered();
			}
		}

	}

}
