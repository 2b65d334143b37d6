package dev.cairn.spring.incident;

import java.util.Locale;

/**
 * A way in which a failure leaves the application's own code.
 */
enum Way {

	/** A controller throws an exception that is not handled. */
	CONTROLLER(true, true, true),
	/** A controller throws, and the application's own advice answers 503. */
	ADVICE(true, true, false),
	/** A filter of the application throws. */
	FILTER(true, true, false),
	/** A {@code Callable} throws, in an asynchronous dispatch. */
	CALLABLE(true, true, true),
	/** A {@code DeferredResult} gets an error. */
	DEFERRED(true, true, true),
	/** A {@code CompletableFuture} fails. */
	FUTURE(true, true, true),
	/** It is caught and logged, and the request goes well. */
	LOGGED(true, false, false),
	/** A method with {@code @Async} throws. */
	ASYNC(false, false, false),
	/** A method with {@code @Scheduled} throws. */
	SCHEDULED(false, false, false),
	/** A thread of the application's own ends with it. */
	THREAD(false, false, false);

	/** Whether it happens while a request is served. */
	final boolean inRequest;

	/** Whether the request fails. */
	final boolean fails;

	/** Whether the application's advice for what it throws again sees it. */
	private final boolean adviceSeesIt;

	Way(boolean inRequest, boolean fails, boolean adviceSeesIt) {
		this.inRequest = inRequest;
		this.fails = fails;
		this.adviceSeesIt = adviceSeesIt;
	}

	String path() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The filter answers before a handler is looked for. */
	String route() {
		return (this == FILTER) ? "UNKNOWN" : "/" + path();
	}

	boolean has(Shape shape) {
		return shape != Shape.RETHROWN_BY_ADVICE || this.adviceSeesIt;
	}

}
