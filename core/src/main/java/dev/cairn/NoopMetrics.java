package dev.cairn;

import dev.cairn.CairnMetrics.Timing;

/**
 * Metric calls that do nothing.
 */
final class NoopMetrics implements CairnMetrics {

	static final NoopMetrics INSTANCE = new NoopMetrics();

	private NoopMetrics() {
	}

	@Override
	public void incr(String name, double by, String... tags) {
	}

	@Override
	public void set(String name, double value, String... tags) {
	}

	@Override
	public void record(String name, double value, String... tags) {
	}

	@Override
	public Timing timer(String name, String... tags) {
		return Timing.NONE;
	}

}
