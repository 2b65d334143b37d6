package dev.cairn.spring.error;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockMultipartFile;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ArgumentText}.
 */
@Timeout(60)
class ArgumentTextTests {

	@Test
	void saysSimpleValues() {
		assertThat(ArgumentText.of(null)).isEqualTo("null");
		assertThat(ArgumentText.of("text")).isEqualTo("text");
		assertThat(ArgumentText.of(12.5)).isEqualTo("12.5");
		assertThat(ArgumentText.of(true)).isEqualTo("true");
		assertThat(ArgumentText.of(DayOfWeek.MONDAY)).isEqualTo("MONDAY");
		assertThat(ArgumentText.of(new UUID(0, 7))).isEqualTo("00000000-0000-0000-0000-000000000007");
		assertThat(ArgumentText.of(LocalDate.of(2026, 1, 31))).isEqualTo("2026-01-31");
		assertThat(ArgumentText.of(Optional.of("inside"))).isEqualTo("inside");
		assertThat(ArgumentText.of(Optional.empty())).isEqualTo("null");
		assertThat(ArgumentText.of(String.class)).isEqualTo("java.lang.String");
		assertThat(ArgumentText.of(new Item("tea", 2))).isEqualTo("Item[name=tea, count=2]");
	}

	@Test
	void saysTheFirstElements() {
		assertThat(ArgumentText.of(List.of(1, 2, 3))).isEqualTo("[1, 2, 3]");
		assertThat(ArgumentText.of(new int[] { 1, 2, 3, 4, 5, 6 })).isEqualTo("[1, 2, 3, 4, 5, ...]");
		assertThat(ArgumentText.of(IntStream.range(0, 1_000_000).boxed().toList())).isEqualTo("[0, 1, 2, 3, 4, ...]");
		assertThat(ArgumentText.of(Map.of("a", List.of(1)))).isEqualTo("[a=[1]]");
		assertThat(ArgumentText.of(new String[] { "a", null })).isEqualTo("[a, null]");
	}

	@Test
	void saysNoMoreThanTheLengthOfBytesAndCharacters() {
		assertThat(ArgumentText.of(new byte[3])).isEqualTo("byte[3]");
		assertThat(ArgumentText.of("hunter2".toCharArray())).isEqualTo("char[7]");
	}

	@Test
	void takesLittleOfALongText() {
		assertThat(ArgumentText.of("x".repeat(10_000_000))).hasSize(256);
		assertThat(ArgumentText.of(new StringBuilder("x".repeat(10_000_000)))).hasSize(256);
		assertThat(ArgumentText.of(Collections.nCopies(5, "x".repeat(1000)))).hasSizeLessThan(300);
		assertThat(ArgumentText.of(BigInteger.TWO.pow(10_000_000))).isEqualTo("BigInteger");
	}

	@Test
	void cutsToWhatIsShown() {
		assertThat(ArgumentText.cut("x".repeat(80))).isEqualTo("x".repeat(80));
		assertThat(ArgumentText.cut("x".repeat(81))).isEqualTo("x".repeat(77) + "...");
		assertThat(ArgumentText.cut("x".repeat(76) + "\uD83D\uDE00" + "x".repeat(9))).isEqualTo("x".repeat(76) + "...");
	}

	@Test
	void comesToAnEndInACircle() {
		List<Object> circle = new ArrayList<>();
		circle.add(circle);
		circle.add(new Object[] { circle });
		assertThat(ArgumentText.of(circle)).hasSizeLessThan(300);
	}

	@Test
	void saysTheClassOfWhatCannotSayItsText() {
		assertThat(ArgumentText.of(new Object())).isEqualTo("Object");
		assertThat(ArgumentText.of(new Failing())).isEqualTo("ArgumentTextTests$Failing");
		assertThat(ArgumentText.of(new Endless())).isEqualTo("ArgumentTextTests$Endless");
		assertThat(ArgumentText.of(List.of(1, new Failing()))).isEqualTo("[1, ArgumentTextTests$Failing]");
	}

	@Test
	void asksNoResourceForItsText() {
		HttpServletRequest request = new MockHttpServletRequest("GET", "/secret");
		assertThat(ArgumentText.of(request)).isEqualTo("MockHttpServletRequest");
		assertThat(ArgumentText.of(new MockMultipartFile("file", new byte[3]))).isEqualTo("MockMultipartFile");
		assertThat(ArgumentText.of(new ByteArrayInputStream(new byte[3]))).isEqualTo("ByteArrayInputStream");
		assertThat(ArgumentText.of(Thread.currentThread())).isEqualTo("Thread");
		assertThat(ArgumentText.of(new IllegalStateException("password"))).isEqualTo("IllegalStateException");
	}

	@Test
	void touchesNoCollectionThatMayBeLoadedOrLocked() {
		assertThat(ArgumentText.of(new Lazy())).isEqualTo("ArgumentTextTests$Lazy");
		assertThat(ArgumentText.of(Collections.unmodifiableCollection(new Lazy())))
			.isEqualTo("Collections$UnmodifiableCollection");
		assertThat(ArgumentText.of(Collections.synchronizedList(new ArrayList<>())))
			.startsWith("Collections$Synchronized");
	}

	record Item(String name, int count) {
	}

	static class Failing {

		@Override
		public String toString() {
			throw new AssertionError("no");
		}

	}

	static class Endless {

		@Override
		public String toString() {
			return "[" + this + "]";
		}

	}

	/** Like a collection of an entity. */
	static class Lazy extends ArrayList<String> {

		@Override
		public int size() {
			throw new AssertionError("loaded");
		}

	}

}
