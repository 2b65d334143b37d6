package dev.cairn.delivery;

import java.time.Duration;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Lifecycle;
import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * A destination for messages with its own {@link Channel}. Any number of publishing
 * threads call {@link #offer} at once, so it must not block. Every message that is
 * offered ends as delivered or dropped in the channel, exactly once; messages that are
 * offered after {@link #stop} are dropped. Most sinks are an {@link AsyncSink}.
 */
public interface Sink extends Lifecycle {

	/**
	 * The {@linkplain #context context} of a message that the destination will not accept
	 * for sure. If no other sink accepts it, its id is not returned to the caller.
	 */
	Object REFUSED = new Object();

	/**
	 * Returns the channel, whose name is the name of the sink.
	 * @return the channel
	 */
	Channel channel();

	/**
	 * Offers a message that the caller has counted as offered.
	 * @param outgoing the message
	 * @return whether the message was accepted; if not, the sink has counted the reason
	 */
	boolean offer(Outgoing outgoing);

	/**
	 * Captures what only the publishing thread can see, such as a scope that is bound to
	 * it. Must not block.
	 * @param message the message that will be offered
	 * @return the {@link Outgoing#context() context} of the message; {@code null} for
	 * none, {@link #REFUSED} if the message will be filtered
	 */
	default @Nullable Object context(Message message) {
		return null;
	}

	/**
	 * Waits until all messages accepted so far are delivered or dropped.
	 * @param timeout the maximum time to wait
	 * @return whether the sink holds no messages any more
	 */
	boolean flush(Duration timeout);

	/**
	 * A message on its way to one sink.
	 *
	 * @param message the message
	 * @param context the result of {@link Sink#context} for the thread that published the
	 * message; {@code null} for none
	 * @param completion receives the progress of the message
	 */
	record Outgoing(Message message, @Nullable Object context, Completion completion) {

		/**
		 * Creates an outgoing message without a context or a completion.
		 * @param message the message
		 */
		public Outgoing(Message message) {
			this(message, null, Completion.NONE);
		}

		/**
		 * Receives the progress of one message on its way to one sink. The methods are
		 * called by threads of the sink, or by the publishing thread, and must not block.
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
			 * Called when the destination has acknowledged the message, or its own rules
			 * have filtered it.
			 */
			default void delivered() {
			}

			/**
			 * Called when the message stays on disk, and this process will not see what
			 * becomes of it.
			 */
			default void kept() {
			}

			/**
			 * Called when the message is lost.
			 * @param reason the reason for the loss
			 */
			default void lost(DropReason reason) {
			}

		}

	}

}
