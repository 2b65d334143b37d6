package dev.cairn;

import java.time.Duration;

/**
 * The life of an owner of threads, sockets or files. A new one owns none of them until it
 * is started. All methods are thread-safe, and a call that finds its work done has no
 * effect. None of them throws because a backend is unreachable.
 */
public interface Lifecycle {

	/**
	 * Starts the threads and opens the sockets and files. Has no effect after
	 * {@link #stop}.
	 */
	void start();

	/**
	 * Ends the threads and closes the sockets and files, and keeps what is held. Further
	 * offers are held within the same bounds.
	 * @param timeout the maximum time to take
	 */
	void suspend(Duration timeout);

	/**
	 * Continues after {@link #suspend}.
	 */
	default void resume() {
		start();
	}

	/**
	 * Delivers what is held within the timeout, counts the rest as lost, and releases
	 * everything for good.
	 * @param timeout the maximum time to take
	 */
	void stop(Duration timeout);

}
