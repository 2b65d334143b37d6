package dev.cairn.internal;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Fields}.
 */
class FieldsTests {

	@Test
	void isAMapLikeAnyOther() {
		Map<String, Object> fields = TestMessages.builder("a").field("x", 1).field("y", "2").build().fields();
		assertThat(fields).hasSize(2)
			.containsEntry("x", 1)
			.containsEntry("y", "2")
			.doesNotContainKey("z")
			.isEqualTo(Map.of("x", 1, "y", "2"))
			.hasSameHashCodeAs(Map.of("x", 1, "y", "2"));
		assertThat(fields.get("z")).isNull();
	}

	@Test
	void keepsTheOrderInWhichFieldsWereSet() {
		Map<String, Object> fields = TestMessages.builder("a")
			.field("z", 1)
			.field("a", 2)
			.field("m", 3)
			.build()
			.fields();
		assertThat(fields.keySet()).containsExactly("z", "a", "m");
	}

	@Test
	void takesTheNewValueOfAKeyInItsOldPlace() {
		Map<String, Object> fields = TestMessages.builder("a")
			.field("x", 1)
			.field("y", 2)
			.field("x", 3)
			.build()
			.fields();
		assertThat(fields.entrySet()).containsExactly(Map.entry("x", 3), Map.entry("y", 2));
	}

	@Test
	void findsAFieldThatWasAddedWithoutACopyOfTheOthers() {
		AtomicInteger copies = new AtomicInteger();
		Fields others = Fields.copyOf(Map.of("x", 1));
		Fields fields = new Fields(() -> {
			copies.incrementAndGet();
			return others;
		}, 10).with("y", 2).with("x", 3);
		assertThat(fields.get("y")).isEqualTo(2);
		assertThat(fields.get("x")).isEqualTo(3);
		assertThat(copies).hasValue(0);
		assertThat(fields).containsExactly(Map.entry("field_x", 1), Map.entry("y", 2), Map.entry("x", 3));
		assertThat(fields.get("z")).isNull();
		assertThat(fields.weight()).isEqualTo(12);
		assertThat(copies).hasValue(1);
	}

	@Test
	void cannotBeChanged() {
		Map<String, Object> fields = TestMessages.builder("a").field("x", 1).field("l", List.of(1)).build().fields();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> fields.put("y", 2));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> fields.remove("x"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(fields::clear);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> fields.entrySet().iterator().next().setValue(2));
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> ((List<?>) fields.get("l")).clear());
	}

	@Test
	void endsItsIterationAsTheContractRequires() {
		var entries = TestMessages.builder("a").build().fields().entrySet().iterator();
		assertThat(entries.hasNext()).isFalse();
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(entries::next);
	}

}
