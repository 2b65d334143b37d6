package dev.cairn.mcp;

import java.time.Instant;

import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * A message that was published. The fields of a small one are copied and encoded when it
 * is read. A large one, and one with a throwable, is encoded at once, so that the memory
 * that it takes is bounded and no throwable is kept.
 *
 * @param timestamp the time of the message
 * @param traceId the id of its trace, or {@code null} if it has none
 * @param message the message, or {@code null} if it is encoded
 * @param line the encoded message, or {@code null} if it is not
 */
@SuppressWarnings("ArrayRecordComponent")
record RecentMessage(Instant timestamp, @Nullable String traceId, @Nullable Message message, byte @Nullable [] line) {

	static final int MAX_BYTES = 16 * 1024;

	static RecentMessage of(Message message, MessageEncoder encoder) {
		Trace trace = message.trace();
		String traceId = (trace != null) ? trace.traceId() : null;
		boolean keep = message.thrown() == null && message.weight() <= MAX_BYTES;
		return new RecentMessage(message.timestamp(), traceId, keep ? message : null,
				keep ? null : encode(message, encoder));
	}

	private static byte[] encode(Message message, MessageEncoder encoder) {
		try {
			return encoder.encode(message, MAX_BYTES).bytes();
		}
		catch (MessageEncoder.TooLargeException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns the message in Cairn's envelope.
	 * @param encoder the encoder
	 * @return JSON in UTF-8
	 */
	byte[] json(MessageEncoder encoder) {
		if (this.line != null) {
			return this.line;
		}
		if (this.message == null) {
			throw new IllegalStateException("there is neither a message nor a line");
		}
		return encode(this.message, encoder);
	}

}
