package dev.cairn.delivery;

import java.util.List;

import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * Brings batches to a destination. {@link #send} and {@link #close} are called by the one
 * thread of an {@link AsyncSink}, which may be interrupted when the time to close is
 * over; only {@link #context} is called by others.
 *
 */
public interface BatchSender extends AutoCloseable {

	/**
	 * Deliver a batch, in order. Each delivery may be settled one by one, as delivered or
	 * dropped. When this returns, what is not settled counts as delivered; when it
	 * throws, what is not settled is sent again later.
	 * @param batch at least one delivery, none of them settled
	 * @throws Exception when the destination is away
	 */
	void send(List<Delivery> batch) throws Exception;

	/**
	 * Take along what only the thread that offers can see, such as a scope bound to it.
	 * Must not block.
	 * @param message the message that is offered
	 * @return the result of {@link Delivery#context()}; {@code null} for none
	 */
	default @Nullable Object context(Message message) {
		return null;
	}

	/**
	 * Release what is held open. Called once, after the last batch.
	 * @throws Exception when that fails; it is logged
	 */
	@Override
	default void close() throws Exception {
	}

}
