package dev.cairn;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * Determines the fraction of messages and of measurements to keep. Called on the caller's
 * thread before a message is built, and once for each meter. Must be thread-safe and
 * quick.
 */
@FunctionalInterface
public interface Sampler {

	/** The number of trailing hex digits of a trace id that are used: 56 bits. */
	int TRACE_DIGITS = 14;

	/** The number of values of these digits. */
	double TRACE_RANGE = 0x1p56;

	/** Keeps the fraction that the call requests. */
	Sampler AS_CALLED = SamplingContext::requestedRate;

	/**
	 * Returns the fraction to keep.
	 * @param candidate the message or the meter
	 * @return 0 (none) to 1 (all)
	 */
	double rate(SamplingContext candidate);

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
		return HexFormat.fromHexDigitsToLong(traceId, traceId.length() - TRACE_DIGITS, traceId.length()) / TRACE_RANGE;
	}

}
