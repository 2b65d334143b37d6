package dev.cairn.delivery;

import java.time.Duration;

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
	 * none
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

}
