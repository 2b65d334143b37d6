package dev.cairn.spring.live;

import org.apache.datasketches.hll.Union;

/**
 * Counts by HyperLogLog: within 3.3 % in 19 cases of 20, in at most 4 KB.
 */
public final class HllAudience implements Audience {

	private static final int LOG_OF_BUCKETS = 12;

	private final Union sketch = new Union(LOG_OF_BUCKETS);

	/**
	 * Create an audience of nobody.
	 */
	public HllAudience() {
	}

	@Override
	public void add(String visitor) {
		this.sketch.update(visitor);
	}

	@Override
	public void addAll(Audience other) {
		this.sketch.update(((HllAudience) other).sketch.getResult());
	}

	@Override
	public Long size() {
		return Math.round(this.sketch.getEstimate());
	}

}
