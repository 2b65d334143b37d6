package dev.cairn;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * Determines the fraction of messages, measurements and traces to keep. Called on the
 * caller's thread before a message is built, when a trace begins, and once for each
 * meter. Must be thread-safe and quick.
 */
@FunctionalInterface
public interface Sampler {

	/** Keeps the fraction that the call requests. */
	Sampler AS_CALLED = Candidate::requestedRate;

	/**
	 * Returns the fraction to keep.
	 * @param candidate the message, the meter or the span
	 * @return 0 (none) to 1 (all)
	 */
	double rate(Candidate candidate);

	/**
	 * Checks a rate.
	 * @param rate the fraction to keep
	 * @return the rate
	 * @throws IllegalArgumentException if it is outside 0 to 1
	 */
	static double checkRate(double rate) {
		if (!(rate >= 0 && rate <= 1)) {
			throw new IllegalArgumentException("rate must be between 0 and 1, but was " + rate);
		}
		return rate;
	}

	/**
	 * Draws the number that decides whether a signal is kept: it is if the number is
	 * below the rate.
	 * @param traceId the id of the trace, whose last 56 bits are random as defined by W3C
	 * Trace Context; {@code null} if there is none
	 * @return a number in [0, 1), the same for all signals of a trace
	 */
	static double draw(@Nullable String traceId) {
		if (traceId == null) {
			return ThreadLocalRandom.current().nextDouble();
		}
		return HexFormat.fromHexDigitsToLong(traceId, traceId.length() - 14, traceId.length()) / 0x1p56;
	}

	/**
	 * The view that a {@link Sampler} has of a message that is not built yet, of a meter,
	 * or of the first span of a trace before it starts.
	 */
	interface Candidate {

		/**
		 * Returns the kind of signal.
		 * @return the signal
		 */
		Signal signal();

		/**
		 * Returns the name.
		 * @return the type of a message, or the name of a meter or of an observation
		 */
		String name();

		/**
		 * Returns the severity.
		 * @return the severity, which is informational for a meter and a span
		 */
		default Severity severity() {
			return Severity.INFORMATIONAL;
		}

		/**
		 * Returns the reported failure.
		 * @return the failure, or {@code null} if there is none
		 */
		default @Nullable Throwable thrown() {
			return null;
		}

		/**
		 * Returns the value of a field or a tag.
		 * @param key the name; for a meter, {@code route} is the tag {@code uri}, and for
		 * the span of a request the path
		 * @return the value, not redacted, or {@code null} if there is none
		 */
		@Nullable Object field(String key);

		/**
		 * Returns the payload.
		 * @return the text, which is empty for a meter and a span
		 */
		default String payload() {
			return "";
		}

		/**
		 * Returns the fraction that the call requests.
		 * @return 0 to 1, by default 1
		 */
		default double requestedRate() {
			return 1;
		}

	}

	/**
	 * A kind of telemetry, as distinguished by sampling rules.
	 */
	enum Signal {

		/** A message about something that happened. */
		EVENT,

		/** A message about a failure. */
		ERROR,

		/** The message about a request. */
		REQUEST,

		/** Samples of a timer or a summary. */
		TIMER,

		/** Increments of a counter. */
		COUNTER,

		/** A trace that begins in this service, with all of its spans. */
		SPAN;

		public static Signal ofType(String type) {
			return switch (type) {
				case Message.TYPE_EXCEPTION -> ERROR;
				case Message.TYPE_HTTP_REQUEST -> REQUEST;
				default -> EVENT;
			};
		}

		public boolean isMessage() {
			return this == EVENT || this == ERROR || this == REQUEST;
		}

	}

}
