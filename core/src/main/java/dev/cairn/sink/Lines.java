package dev.cairn.sink;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.incident.Throwables;
import dev.cairn.sink.MessageEncoder.Encoded;

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
	public static List<Line> encode(List<Delivery<Message>> batch, MessageEncoder encoder, int maxBytes) {
		List<Line> lines = new ArrayList<>(batch.size());
		for (Delivery<Message> delivery : batch) {
			try {
				lines.add(new Line(delivery, encoder.encode(delivery.item(), maxBytes)));
			}
			catch (MessageTooLargeException ex) {
				delivery.drop(DropReason.OVERSIZE, String.valueOf(ex.getMessage()));
			}
			catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
				delivery.drop(DropReason.UNENCODABLE,
						delivery.item().type() + ": " + ex.getClass().getName() + ": " + Throwables.message(ex));
			}
		}
		return lines;
	}

	/**
	 * A message and its line.
	 *
	 * @param delivery the delivery of the message
	 * @param encoded the line
	 */
	public record Line(Delivery<Message> delivery, Encoded encoded) {

		/**
		 * Return the message.
		 * @return the message
		 */
		public Message message() {
			return this.delivery.item();
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
