package dev.cairn;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/**
 * Decides what fraction is kept of messages, and of what meters measure. Called on the
 * caller's thread before a message is built, and once for a meter. Must be thread-safe
 * and quick.
 */
@FunctionalInterface
public interface Sampler {

	/** A trace id is decided by its last 56 bits. */
	int TRACE_DIGITS = 14;

	/** How many there are of them. */
	double TRACE_RANGE = 0x1p56;

	/** Keeps what the call asks for. */
	Sampler AS_CALLED = SamplingContext::requestedRate;

	/**
	 * Return the fraction to keep.
	 * @param candidate the message that is to be sent, or the meter
	 * @return 0 (none) to 1 (all)
	 */
	double rate(SamplingContext candidate);

	/**
	 * Check a rate.
	 * @param rate the fraction that is to be kept
	 * @return the rate
	 * @throws IllegalArgumentException when it is outside 0 to 1
	 */
	static double checkRate(double rate) {
		if (!(rate >= 0 && rate <= 1)) {
			throw new IllegalArgumentException("rate must be between 0 and 1, but was " + rate);
		}
		return rate;
	}

	/**
	 * Draw the lot of one call: it is kept when this is below the rate.
	 * @param traceId the trace to which it belongs: at least 14 hex digits, of which the
	 * last 56 bits are random as W3C Trace Context has them; {@code null} without one
	 * @return a number in [0, 1), the same for everything in one trace
	 */
	static double draw(@Nullable String traceId) {
		if (traceId == null) {
			return ThreadLocalRandom.current().nextDouble();
		}
		return HexFormat.fromHexDigitsToLong(traceId, traceId.length() - TRACE_DIGITS, traceId.length()) / TRACE_RANGE;
	}

}
