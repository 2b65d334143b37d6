package dev.cairn.soak;

/**
 * How work gets to another thread.
 */
enum Hop {

	/** None: the work is done by the thread of the request. */
	NONE,

	/** An {@code @Async} method. */
	ASYNC,

	/** An {@code @Async} method that the request does not wait for. */
	DETACHED,

	/** Spring's executor. */
	SPRING,

	/** Pools of the application. */
	POOLS,

	/** Virtual threads, on JDK 21 and later. */
	VIRTUAL,

	/** A scheduler of Spring. */
	SCHEDULER,

	/** A scheduler of the JDK. */
	SCHEDULED_POOL,

	/** An event with an asynchronous listener. */
	EVENT,

	/** Reactor. */
	REACTOR

}
