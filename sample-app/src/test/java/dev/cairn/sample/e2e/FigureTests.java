package dev.cairn.sample.e2e;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Figure}, without which the comparison of the page could not fail.
 */
class FigureTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			1,234 | 1234 | 1235
			1,234,567 | 1234567 | 234567
			0 | 0 | 1
			12.3 | 12.34 | 12.36
			0.05 | 0.054 | 0.056
			250 ms | 249.6 | 251
			1.25 s | 1254 | 1256
			12.3 % | 0.1234 | 0.1236
			< 0.01 % | 0.00005 | 0
			> 99.99 % | 0.99995 | 0.5""")
	void isOfItsNumberOnly(String shown, double number, double other) {
		Figure figure = Figure.in(shown).get(0);
		assertThat(figure.isOf(number)).isTrue();
		assertThat(figure.isOf(other)).isFalse();
		assertThat(figure.isOf(null)).isFalse();
	}

	@Test
	void unknownIsNoNumber() {
		assertThat(Figure.in("–")).singleElement()
			.matches((figure) -> figure.isOf(null))
			.matches((figure) -> !figure.isOf(0));
	}

	@Test
	void allNumbersOfATextAreFound() {
		assertThat(Figure.in("p50 1.2 ms · p99 – · max 3,456 ms, N+1")).extracting(Figure::shown)
			.isEqualTo(List.of("1.2 ms", "–", "3,456 ms"));
	}

}
