package dev.cairn.spring.live;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link HyperLogLogCounter}: sketches of other instances.
 */
class HyperLogLogCounterTests {

	/** The sketch is a list, a set, or buckets. */
	@EnabledForJreRange(max = JRE.JAVA_21)
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 8, 9, 100, 1000, 20_000 })
	void visitorsOfTwoInstancesCountOnce(int number) {
		HyperLogLogCounter one = counter(0, number);
		HyperLogLogCounter other = counter(number / 2, number + number / 2);
		HyperLogLogCounter sum = new HyperLogLogCounter();
		sum.addSketch(one.sketch());
		sum.addSketch(other.sketch());
		HyperLogLogCounter all = counter(0, number + number / 2);
		assertThat(sum.count()).isCloseTo(number + number / 2, within(1 + number / 20L));
		assertThat(sum.count()).isCloseTo(all.count(), within(1 + number / 50L));
	}

	private static HyperLogLogCounter counter(int from, int to) {
		HyperLogLogCounter counter = new HyperLogLogCounter();
		for (int i = from; i < to; i++) {
			counter.add("visitor " + i);
		}
		return counter;
	}

	@EnabledForJreRange(max = JRE.JAVA_21)
	@ParameterizedTest
	@ValueSource(ints = { 0, 3, 100, 20_000 })
	void aSketchThatIsCutOrLongerIsRefused(int number) {
		byte[] sketch = counter(0, number).sketch();
		HyperLogLogCounter counter = counter(0, 5);
		for (int length = 0; length < sketch.length + 8; length++) {
			byte[] changed = Arrays.copyOf(sketch, length);
			if (length != sketch.length) {
				assertThatIllegalArgumentException().isThrownBy(() -> counter.addSketch(changed));
			}
		}
		assertThat(counter.count()).isEqualTo(5);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_22)
	void countsWithoutSketchesWhereTheLibraryRefusesTheJdk() {
		HyperLogLogCounter counter = counter(0, 100);
		assertThat(counter.count()).isCloseTo(100, within(5L));
		assertThat(counter.sketch()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> counter.addSketch(new byte[8]))
			.withMessage("the library adds no visitors of other instances on this JDK");
	}

	/** Each sketch is refused or counted. */
	@Test
	@EnabledForJreRange(max = JRE.JAVA_21)
	void aSketchWithOtherBytesDoesNoHarm() {
		Random random = new Random(17);
		for (int number : new int[] { 0, 3, 8, 100, 20_000 }) {
			byte[] sketch = counter(0, number).sketch();
			for (int i = 0; i < 2000; i++) {
				byte[] changed = sketch.clone();
				changed[random.nextInt(Math.min(changed.length, 48))] = (byte) random.nextInt();
				try {
					HyperLogLogCounter counter = new HyperLogLogCounter();
					counter.addSketch(changed);
					counter.add("another");
					assertThat(counter.count()).isNotNull();
				}
				catch (IllegalArgumentException ex) {
					assertThat(ex).hasMessage("it is no sketch of visitors");
				}
			}
		}
	}

	@Test
	void aCounterOfTheApplicationNeedNotHaveSketches() {
		assertThat(VisitorCounter.NONE.sketch()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> VisitorCounter.NONE.addSketch(new byte[8]));
	}

}
