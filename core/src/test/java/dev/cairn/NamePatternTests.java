package dev.cairn;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link NamePattern}.
 */
class NamePatternTests {

	@ParameterizedTest
	@CsvSource({ "order.*, order.placed, true", "order.*, order., true", "order.*, order, false",
			"order.*, reorder.placed, false", "*.placed, order.placed, true", "*.placed, order.placed.late, false",
			"order.*.late, order.placed.late, true", "order.*.late, order.late, false", "*, anything, true",
			"**, anything, true", "a*b*c, abbbc, true", "a*b*c, acb, false", "a*a, a, false", "a*a, aa, true",
			"order.placed, order.placed, true", "order.placed, order.place, false", "order.place, order.placed, false",
			"order?placed, orderxplaced, false", "o.der, order, false" })
	void matchesWholeNames(String pattern, String name, boolean matches) {
		assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(matches);
	}

	@Test
	void matchesTheEmptyNameOnlyByStars() {
		assertThat(NamePattern.of("*").matches("")).isTrue();
		assertThat(NamePattern.of("a").matches("")).isFalse();
	}

	@Test
	void refusesToBeEmpty() {
		assertThatIllegalArgumentException().isThrownBy(() -> NamePattern.of(""))
			.withMessage("pattern must not be empty");
	}

	@Test
	void refusesNull() {
		assertThatNullPointerException().isThrownBy(() -> NamePattern.of(null)).withMessageContaining("pattern");
	}

	@Test
	@Timeout(60)
	void comesToAnEndOnHostileInput() {
		NamePattern pattern = NamePattern.of("a*".repeat(50) + "b");
		assertThat(pattern.matches("a".repeat(10_000))).isFalse();
	}

	@Test
	void printsAsItWasGiven() {
		assertThat(NamePattern.of("order.*")).hasToString("order.*");
	}

}
