package dev.cairn;

/**
 * A kind of telemetry, as distinguished by sampling rules.
 */
public enum Signal {

	/** A message about something that happened. */
	EVENT,

	/** A message about a failure. */
	ERROR,

	/** The message about a request. */
	REQUEST,

	/** Samples of a timer or a summary. */
	TIMER,

	/** Increments of a counter. */
	COUNTER;

	/**
	 * Returns the kind of a message.
	 * @param type the type of the message
	 * @return the signal
	 */
	public static Signal ofType(String type) {
		return switch (type) {
			case Message.TYPE_EXCEPTION -> ERROR;
			case Message.TYPE_HTTP_REQUEST -> REQUEST;
			default -> EVENT;
		};
	}

	/**
	 * Returns whether it is measured by a meter.
	 * @return {@code true} for timers and counters
	 */
	public boolean isMeter() {
		return this == TIMER || this == COUNTER;
	}

}
