package dev.cairn.encoding;

import java.time.Instant;
import java.util.function.BiFunction;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message;
import dev.cairn.redaction.Redactor;

/**
 * Encodes messages for the wire. Must be thread-safe.
 */
public interface MessageEncoder {

	/** The media type of JSON. */
	String JSON = "application/json";

	/**
	 * Encodes a message as one line of UTF-8, without a line feed.
	 * @param message the message
	 * @param maxBytes the maximum length; a longer message is truncated, largest value
	 * first, and marked
	 * @return the encoded message
	 * @throws TooLargeException if nothing is left to truncate
	 * @throws java.io.UncheckedIOException if something that the encoder requires is
	 * unavailable, such as a schema registry; the message is encoded again later
	 */
	Encoded encode(Message message, int maxBytes) throws TooLargeException;

	/**
	 * Returns the media type of an encoded message, for destinations that have headers.
	 * @param message the message
	 * @return the media type
	 */
	default String contentType(Message message) {
		return JSON;
	}

	/**
	 * Returns an encoder for Cairn's own envelope, version 1.0.
	 * @param redactor redacts the texts of exceptions
	 * @return the encoder
	 */
	static MessageEncoder cairn(Redactor redactor) {
		return Format.CAIRN.encoder(redactor, ApplicationFrames.DEFAULT);
	}

	/**
	 * Formats a time as RFC 3339, in UTC, with six decimals.
	 * @param timestamp the time
	 * @return such as {@code 2026-01-31T23:59:59.000001Z}, in UTF-8
	 */
	static byte[] timestamp(Instant timestamp) {
		return Timestamps.format(timestamp);
	}

	/**
	 * The format of encoded messages.
	 */
	enum Format {

		/** Cairn's own envelope, version 1.0. */
		CAIRN(JsonEncoder::cairn),
		/**
		 * Metlog's envelope, version 0.8, as Metlog and Heka read it. Values without a
		 * place in that envelope go into its fields.
		 */
		METLOG(JsonEncoder::metlog),
		/**
		 * The bare payload, or the fields as a JSON object if it is empty. Not truncated.
		 */
		PAYLOAD((redactor, application) -> new PayloadEncoder());

		private final BiFunction<Redactor, ApplicationFrames, ? extends MessageEncoder> encoder;

		Format(BiFunction<Redactor, ApplicationFrames, ? extends MessageEncoder> encoder) {
			this.encoder = encoder;
		}

		/**
		 * Returns an encoder for this format.
		 * @param redactor redacts the texts of exceptions
		 * @param application identifies the application's own frames
		 * @return the encoder
		 */
		public MessageEncoder encoder(Redactor redactor, ApplicationFrames application) {
			return this.encoder.apply(redactor, application);
		}

	}

	/**
	 * An encoded message.
	 *
	 * @param bytes the line; owned by the receiver
	 * @param truncated whether a value was truncated
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Encoded(byte[] bytes, boolean truncated) {
	}

	/**
	 * Thrown if a message is larger than allowed and nothing is left to truncate.
	 */
	final class TooLargeException extends Exception {

		private static final long serialVersionUID = 1L;

		/**
		 * Creates the exception.
		 * @param type the type of the message
		 * @param bytes the length that is left
		 * @param maxBytes the maximum length
		 */
		public TooLargeException(String type, int bytes, int maxBytes) {
			super("a message of type " + type + " takes " + bytes + " bytes after truncation, but at most " + maxBytes
					+ " are allowed");
		}

	}

}
