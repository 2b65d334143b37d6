package dev.cairn.test;

import java.util.List;

/**
 * Assertions about the values that a counter, a timer or a distribution has recorded in
 * the test.
 */
public final class MeterAssert extends RecordedAssert<MeterAssert, RecordedSignal.Measured> {

	/** Sums of binary fractions are not exact. */
	private static final double PRECISION = 1e-9;

	MeterAssert(Selection<RecordedSignal.Measured> selection) {
		super(selection, MeterAssert.class);
	}

	@Override
	MeterAssert with(Selection<RecordedSignal.Measured> selected) {
		return new MeterAssert(selected);
	}

	/**
	 * Continues with the values that have a tag.
	 * @param key the key of the tag
	 * @param value the value of the tag
	 * @return assertions about them
	 */
	public MeterAssert withTag(String key, String value) {
		return with("tag " + key + " = " + value, (signal) -> value.equals(signal.tags().get(key)));
	}

	/**
	 * Asserts the count: the number of values of a timer or a distribution, or the sum of
	 * the amounts by which a counter was increased. Waits until it is reached.
	 * @param count the count
	 * @return these assertions
	 */
	public MeterAssert count(long count) {
		return is("a count of " + count, count, true);
	}

	/**
	 * Asserts the sum of the values. That of a timer is in seconds. Waits until it is
	 * reached.
	 * @param total the sum
	 * @return these assertions
	 */
	public MeterAssert total(double total) {
		return is("a total of " + total, total, false);
	}

	private MeterAssert is(String description, double expected, boolean count) {
		List<RecordedSignal.Measured> found = selection()
			.await((signals) -> sum(signals, count) >= expected - PRECISION);
		double sum = sum(found, count);
		if (Math.abs(sum - expected) > PRECISION) {
			throw selection().failure("Expected " + selection() + " to have " + description + ", but it was "
					+ (count ? String.valueOf(Math.round(sum)) : String.valueOf(sum))
					+ ((sum < expected) ? selection().waited() : ""));
		}
		return this;
	}

	private static double sum(List<RecordedSignal.Measured> signals, boolean count) {
		return signals.stream()
			.mapToDouble((signal) -> (count && signal.meter() != RecordedSignal.Measured.Meter.COUNTER) ? 1
					: signal.amount())
			.sum();
	}

}
