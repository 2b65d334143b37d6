package dev.cairn.metrics;

/**
 * A counter, timer or summary that takes samples which stand for several: of a fraction
 * {@code rate} of the calls one was kept, so it counts {@code 1 / rate} times. Whoever
 * calls this has decided already what is kept. Thread-safe.
 */
public interface RatedMeter {

	/**
	 * Take a sample.
	 * @param amount nanoseconds for a timer, an amount for a summary or a counter; not
	 * negative
	 * @param rate the fraction of which this one was kept, above 0 and at most 1
	 */
	void recordRated(double amount, double rate);

}
