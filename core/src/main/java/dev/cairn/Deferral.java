package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * Knows the unit of work for whose end events wait, such as a transaction. Asked on the
 * caller's thread for each event of the application, unless it is published
 * {@link Event#immediately()}. Must be thread-safe and quick. One that throws is
 * reported, and the event is sent at once.
 */
@FunctionalInterface
public interface Deferral {

	/** Sends everything at once. */
	Deferral NONE = () -> null;

	/**
	 * Return the unit of work in which the calling thread is.
	 * @return the unit of work; {@code null} when there is none, or when it has ended
	 */
	@Nullable UnitOfWork current();

	/**
	 * A piece of work that ends well or not.
	 */
	@FunctionalInterface
	interface UnitOfWork {

		/**
		 * Keep an event until the work has ended, and then send or drop it, in the order
		 * in which they came.
		 * @param event the event, which counts as held meanwhile
		 * @return {@code false} when there is no room, and the event is lost
		 */
		boolean hold(Pending event);

	}

	/**
	 * An event that is ready and waits. Whoever comes second, to send or to drop it, does
	 * nothing. Does not throw.
	 */
	interface Pending {

		/**
		 * Send it, from any thread.
		 */
		void send();

		/**
		 * Do not send it.
		 * @param reason what it is counted as
		 */
		void drop(DropReason reason);

	}

}
