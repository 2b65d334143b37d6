package dev.cairn.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class DistributionTests {

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void isWithinOnePercentOfTheValuesThemselves(long seed) {
		Random random = new Random(seed);
		double[] values = random.doubles(20_000).map((x) -> Math.exp(seed * 3 + 4 * x)).toArray();
		Distribution distribution = of(values);
		Arrays.sort(values);
		for (double share : new double[] { 0.5, 0.75, 0.95, 0.98, 0.99, 0.999, 1 }) {
			double exact = values[(int) Math.ceil(share * values.length) - 1];
			assertThat(distribution.percentile(share)).isCloseTo(exact, within(exact * 0.01));
		}
		assertThat(distribution.min()).isCloseTo(values[0], within(values[0] * 0.01));
		assertThat(distribution.max()).isCloseTo(values[values.length - 1], within(values[values.length - 1] * 0.01));
		double mean = Arrays.stream(values).average().orElseThrow();
		assertThat(distribution.mean()).isCloseTo(mean, within(mean * 1e-9));
		double variance = Arrays.stream(values).map((x) -> (x - mean) * (x - mean)).average().orElseThrow();
		assertThat(distribution.standardDeviation()).isCloseTo(Math.sqrt(variance), within(Math.sqrt(variance) * 0.01));
	}

	@Test
	void findsABucketByItsUpperBoundInAnyUnit() {
		for (int bucket = 0; bucket < BucketCounts.BUCKETS; bucket++) {
			double bound = Distribution.upperBound(bucket);
			assertThat(Distribution.bucketEndingAt(bound)).isEqualTo(bucket);
			assertThat(Distribution.bucketEndingAt(bound / 1e6 * 1e6)).isEqualTo(bucket);
		}
		assertThat(Distribution.bucketEndingAt(12.51)).isEqualTo(-1);
		assertThat(Distribution.bucketEndingAt(0)).isEqualTo(-1);
		assertThat(Distribution.bucketEndingAt(-1)).isEqualTo(-1);
	}

	@Test
	void takesTheNearestRank() {
		Distribution tens = of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
		assertThat(tens.percentile(0.5)).isCloseTo(5, within(0.05));
		assertThat(tens.percentile(0.9)).isCloseTo(9, within(0.09));
		assertThat(tens.percentile(0.91)).isCloseTo(10, within(0.1));
		assertThat(of(7).percentile(0.01)).isCloseTo(7, within(0.07));
	}

	@Test
	void mergesWithoutLoss() {
		Random random = new Random(7);
		double[] one = random.doubles(1000, 1, 1e6).toArray();
		double[] other = random.doubles(500, 1e3, 1e9).toArray();
		double[] both = new double[1500];
		System.arraycopy(one, 0, both, 0, 1000);
		System.arraycopy(other, 0, both, 1000, 500);
		Distribution merged = of(one).merge(of(other));
		assertThat(merged.counts()).isEqualTo(of(both).counts());
		assertThat(merged.count()).isEqualTo(1500);
		assertThat(merged.sum()).isCloseTo(of(both).sum(), within(1.0));
		assertThat(merged.merge(Distribution.EMPTY).counts()).isEqualTo(merged.counts());
	}

	@Test
	void goesToAnotherProcessAndBack() {
		Distribution here = of(1, 20, 300, 4000);
		Distribution there = Distribution.of(here.counts(), here.sum());
		assertThat(there.counts()).isEqualTo(here.counts());
		assertThat(there.percentile(0.75)).isEqualTo(here.percentile(0.75));
		assertThatIllegalArgumentException().isThrownBy(() -> Distribution.of(Map.of(-1, 3L), 0))
			.withMessageContaining("-1");
	}

	@Test
	void takesWhateverComes() {
		Distribution odd = of(0, Double.MIN_VALUE, 1e-40, 1e300, Double.POSITIVE_INFINITY, Double.MAX_VALUE);
		assertThat(odd.count()).isEqualTo(6);
		assertThat(odd.min()).isZero();
		assertThat(odd.max()).isGreaterThan(1e19);
		assertThat(Distribution.EMPTY.percentile(0.99)).isZero();
		assertThat(Distribution.EMPTY.mean()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> odd.percentile(1.5)).withMessageContaining("1.5");
	}

	@Test
	void countsFromManyThreadsExactly() throws InterruptedException {
		BucketCounts histogram = new BucketCounts();
		Thread[] threads = new Thread[8];
		for (int t = 0; t < threads.length; t++) {
			threads[t] = new Thread(() -> {
				for (int i = 1; i <= 100_000; i++) {
					histogram.record(i);
				}
			});
			threads[t].start();
		}
		long taken = 0;
		while (Arrays.stream(threads).anyMatch(Thread::isAlive)) {
			taken += histogram.read(0, true).count();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(taken + histogram.read(0, true).count()).isEqualTo(800_000);
	}

	private static Distribution of(double... values) {
		BucketCounts histogram = new BucketCounts();
		for (double value : values) {
			histogram.record(value);
		}
		return histogram.read(Arrays.stream(values).sum(), true);
	}

}
