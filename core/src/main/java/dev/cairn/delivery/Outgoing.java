package dev.cairn.delivery;

import dev.cairn.DropReason;
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

	/**
	 * Receives the progress of one message on its way to one sink. The methods are called
	 * by threads of the sink, or by the publishing thread, and must not block.
	 */
	public interface Completion {

		/** A completion that ignores all reports. */
		Completion NONE = new Completion() {
		};

		/**
		 * Called when the sink has accepted the message.
		 */
		default void accepted() {
		}

		/**
		 * Called when the message is on disk and survives the end of the process.
		 */
		default void persisted() {
		}

		/**
		 * Called when the destination has acknowledged the message, or its own rules have
		 * filtered it.
		 */
		default void delivered() {
		}

		/**
		 * Called when the message is lost.
		 * @param reason the reason for the loss
		 */
		default void lost(DropReason reason) {
		}

	}

}
