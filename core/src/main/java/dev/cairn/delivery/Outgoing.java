package dev.cairn.delivery;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one sink.
 *
 * @param message the message
 * @param context the result of {@link Sink#context} for the thread that published the
 * message; {@code null} for none
 * @param completion receives the progress of the message
 */
public record Outgoing(Message message, @Nullable Object context, Completion completion) {

	/**
	 * Creates an outgoing message without a context or a completion.
	 * @param message the message
	 */
	public Outgoing(Message message) {
		this(message, null, Completion.NONE);
	}

}
