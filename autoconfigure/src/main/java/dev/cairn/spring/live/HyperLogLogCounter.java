package dev.cairn.spring.live;

import org.apache.datasketches.hll.Union;

/**
 * Estimates the number of visitors with HyperLogLog: within 3.3 % in 19 of 20 cases, in
 * at most 4 KB.
 */
final class HyperLogLogCounter implements VisitorCounter {

	private static final int LOG_OF_BUCKETS = 12;

	private final Union sketch = new Union(LOG_OF_BUCKETS);

	@Override
	public void add(String visitor) {
		this.sketch.update(visitor);
	}

	@Override
	public void addAll(VisitorCounter other) {
		this.sketch.update(((HyperLogLogCounter) other).sketch.getResult());
	}

	@Override
	public Long count() {
		return Math.round(this.sketch.getEstimate());
	}

}
