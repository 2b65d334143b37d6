package dev.cairn.sample.e2e;

import java.time.Duration;
import java.util.List;

import dev.cairn.sample.e2e.Shop.Call;

/**
 * How long calls took.
 *
 * @param median of half of them at the most
 * @param p99 of 99 in a hundred at the most
 * @param max of the slowest
 */
record Latency(Duration median, Duration p99, Duration max) {

	static Latency of(List<Call> calls) {
		List<Duration> sorted = calls.stream().map(Call::took).sorted().toList();
		return new Latency(sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100 - 1),
				sorted.get(sorted.size() - 1));
	}

	@Override
	public String toString() {
		return "median %.1f ms, p99 %.1f ms, max %.1f ms".formatted(millis(this.median), millis(this.p99),
				millis(this.max));
	}

	private static double millis(Duration duration) {
		return duration.toNanos() / 1e6;
	}

}
