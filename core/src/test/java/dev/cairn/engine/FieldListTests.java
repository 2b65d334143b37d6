package dev.cairn.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Severity;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FieldList}: what becomes of whatever a caller hands over.
 */
class FieldListTests {

	@Test
	void keepsANullValue() {
		Message message = TestMessages.builder("a").field("nothing", null).build();
		assertThat(message.fields()).containsEntry("nothing", null).hasSize(1);
		assertThat(message.truncated()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "type", "timestamp", "logger", "severity", "payload", "fields", "env_version",
			"service", "environment", "release", "hostname", "pid", "trace_id", "span_id", "category", "rate",
			"exception", "truncated", "metlog_pid", "metlog_hostname" })
	void keepsTheNameOfAFieldThatIsANameOfTheEnvelope(String name) {
		assertThat(TestMessages.builder("a").field(name, 1).build().fields()).isEqualTo(Map.of(name, 1));
	}

	@Test
	void keepsAReservedNameAsItIsFurtherDown() {
		assertThat(copyOf(Map.of("id", 1))).isEqualTo(Map.of("id", 1));
	}

	@Test
	void endsAMapThatHoldsItself() {
		Map<String, Object> cycle = new HashMap<>();
		cycle.put("self", cycle);
		cycle.put("n", 1);
		assertThat(copyOf(cycle)).isEqualTo(Map.of("self", "[circular]", "n", 1));
	}

	@Test
	void endsACycleThroughMapsAndLists() {
		List<Object> list = new ArrayList<>();
		Map<String, Object> map = Map.of("list", list);
		list.add(map);
		assertThat(copyOf(map)).isEqualTo(Map.of("list", List.of("[circular]")));
	}

	@Test
	void endsAnArrayThatHoldsItself() {
		Object[] array = new Object[1];
		array[0] = array;
		assertThat(copyOf(array)).isEqualTo(List.of("[circular]"));
	}

	@Test
	void keepsWhatOccursTwiceWithoutACycle() {
		Map<String, Object> shared = Map.of("x", 1);
		assertThat(copyOf(List.of(shared, shared))).isEqualTo(List.of(shared, shared));
	}

	@Test
	void boundsAFanOutOfSharedMaps() {
		Map<String, Object> node = Map.of("leaf", 1);
		for (int depth = 0; depth < 7; depth++) {
			Map<String, Object> parent = new HashMap<>();
			for (int i = 0; i < 50; i++) {
				parent.put("k" + i, node);
			}
			node = parent;
		}
		Message message = TestMessages.builder("a").field("root", node).build();
		assertThat(message.truncated()).isTrue();
		assertThat(count(message.fields())).isLessThanOrEqualTo(Limits.DEFAULT.maxFields());
	}

	@Test
	void keepsEightLevelsAndMarksTheNinth() {
		Message message = TestMessages.builder("a").field("deep", nested(9)).build();
		Object value = message.fields().get("deep");
		for (int level = 2; level <= 8; level++) {
			value = ((Map<?, ?>) value).get("down");
		}
		assertThat(value).isEqualTo(Map.of("down", "[too deep]"));
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void keepsEightLevelsWhole() {
		Message message = TestMessages.builder("a").field("deep", nested(8)).build();
		assertThat(message.fields().get("deep")).isEqualTo(nested(8));
		assertThat(message.truncated()).isFalse();
	}

	@Test
	void survivesANestingOf100000() {
		assertThat(TestMessages.builder("a").field("deep", nested(100_000)).build().truncated()).isTrue();
	}

	@Test
	void keepsAThousandEntriesOfAMillion() {
		Map<String, Object> million = new HashMap<>();
		for (int i = 0; i < 1_000_000; i++) {
			million.put("key" + i, i);
		}
		Message message = TestMessages.builder("a").fields(million).build();
		assertThat(message.fields()).hasSize(1000);
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void keepsAThousandElementsOfAMillionFurtherDown() {
		Message message = TestMessages.builder("a").field("list", Collections.nCopies(1_000_000, 1)).build();
		assertThat((List<?>) message.fields().get("list")).hasSize(999);
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void endsAMapWithoutEnd() {
		Message message = TestMessages.builder("a").fields(new EndlessMap()).field("list", new EndlessList()).build();
		assertThat(message.fields()).hasSize(1000);
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void boundsManyLongTextsTogether() {
		MessageBuilder builder = TestMessages.builder("a");
		for (int i = 0; i < 100; i++) {
			builder.field("f" + i, "x".repeat(100_000));
		}
		Message message = builder.build();
		int kept = message.fields().values().stream().mapToInt((text) -> ((String) text).length()).sum();
		assertThat(kept).isEqualTo(4 * Limits.DEFAULT.maxBytes());
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void cutsAKeyThatIsTooLong() {
		Message message = TestMessages.builder("a").field("k".repeat(5000), 1).build();
		assertThat(message.fields()).isEqualTo(Map.of("k".repeat(200), 1));
		assertThat(message.truncated()).isTrue();
	}

	@Test
	@SuppressWarnings({ "unchecked", "rawtypes" })
	void keepsKeysThatAreNoStringsAsTheirText() {
		Map keys = new LinkedHashMap<>();
		keys.put(42, "int");
		keys.put(null, "null");
		keys.put(Severity.ERROR, "enum");
		keys.put("text", "string");
		Message message = TestMessages.builder("a").fields((Map<String, Object>) keys).build();
		assertThat(message.fields()).isEqualTo(Map.of("42", "int", "null", "null", "ERROR", "enum", "text", "string"));
		assertThat(message.truncated()).isFalse();
	}

	@Test
	void keepsKeysThatAreNoStringsFurtherDown() {
		Map<Object, Object> keys = new HashMap<>();
		keys.put(42, 1);
		keys.put(null, 2);
		assertThat(copyOf(keys)).isEqualTo(Map.of("42", 1, "null", 2));
	}

	@Test
	@SuppressWarnings({ "unchecked", "rawtypes" })
	void losesNoOtherEntryToAKeyThatDoesNotPrint() {
		Map keys = new LinkedHashMap<>();
		keys.put("before", 1);
		keys.put(new Unprintable(), 2);
		keys.put("after", 3);
		Message message = TestMessages.builder("a").fields((Map<String, Object>) keys).build();
		assertThat(message.fields()).containsEntry("before", 1).containsEntry("after", 3).hasSize(3);
		assertThat(message.truncated()).isTrue();
		assertThat((Map<?, ?>) copyOf(keys)).hasSize(3);
	}

	@Test
	void namesTheClassWhoseToStringThrew() {
		Message message = TestMessages.builder("a").field("x", new Unprintable()).field("y", 1).build();
		assertThat(message.fields()).containsEntry("y", 1);
		assertThat((String) message.fields().get("x")).contains("unprintable", Unprintable.class.getName(),
				"IllegalStateException");
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void survivesAToStringWithoutEnd() {
		Object endless = new Object() {

			@Override
			public String toString() {
				return "x" + this;
			}

		};
		assertThat((String) copyOf(endless)).contains("StackOverflowError");
	}

	@Test
	void survivesAnErrorInToString() {
		Object missing = new Object() {

			@Override
			public String toString() {
				throw new NoClassDefFoundError("com/acme/Gone");
			}

		};
		assertThat((String) copyOf(missing)).contains("NoClassDefFoundError");
	}

	@Test
	void acceptsAToStringThatReturnsNull() {
		Object nothing = new Object() {

			@Override
			public String toString() {
				return null;
			}

		};
		assertThat(copyOf(nothing)).isEqualTo("null");
	}

	@Test
	void doesNotAskValuesForTheirHashCode() {
		Map<String, Object> values = Map.of("x", new Unhashable(), "list", List.of(new Unhashable()));
		assertThat(TestMessages.builder("a").fields(values).build().fields()).containsEntry("x", "unhashable")
			.containsEntry("list", List.of("unhashable"));
	}

	@Test
	void survivesAMapWhoseEntrySetThrows() {
		Message message = TestMessages.builder("a").fields(new ThrowingMap()).field("y", 1).build();
		assertThat(message.fields()).isEqualTo(Map.of("y", 1));
		assertThat(message.truncated()).isTrue();
		assertThat(copyOf(new ThrowingMap())).isEqualTo(Map.of());
	}

	@Test
	void survivesAMapWhoseEntrySetFailsWithAnError() {
		Map<String, Object> broken = new AbstractMap<>() {

			@Override
			public Set<Entry<String, Object>> entrySet() {
				throw new AssertionError("no entries");
			}

		};
		Message message = TestMessages.builder("a").fields(broken).field("y", 1).build();
		assertThat(message.fields()).isEqualTo(Map.of("y", 1));
		assertThat(message.truncated()).isTrue();
		assertThat((String) copyOf(broken)).contains("AssertionError");
	}

	@Test
	void survivesACollectionWhoseElementsThrow() {
		List<Object> broken = new AbstractList<>() {

			@Override
			public Object get(int index) {
				if (index == 1) {
					throw new IllegalStateException("gone");
				}
				return index;
			}

			@Override
			public int size() {
				return 3;
			}

		};
		Message message = TestMessages.builder("a").field("list", broken).build();
		assertThat(message.fields()).isEqualTo(Map.of("list", List.of(0)));
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void survivesAMapThatAnotherThreadChanges() throws Exception {
		Map<String, Object> changing = new HashMap<>();
		AtomicBoolean done = new AtomicBoolean();
		Thread other = new Thread(() -> {
			for (int i = 0; !done.get(); i++) {
				changing.put("k" + (i % 500), i);
				changing.remove("k" + ((i * 7) % 500));
			}
		});
		other.start();
		try {
			for (int round = 0; round < 2000; round++) {
				Message message = TestMessages.builder("a").fields(changing).field("nested", changing).build();
				assertThat(message.fields()).containsKey("nested");
			}
		}
		finally {
			done.set(true);
			other.join();
		}
	}

	@Test
	void doesNotChangeTheMapOfTheCaller() {
		Map<String, Object> inner = new HashMap<>(Map.of("password", "secret"));
		Map<String, Object> given = new HashMap<>(Map.of("id", 1, "inner", inner));
		Map<String, Object> before = new HashMap<>(given);
		builder(Redactor.DEFAULT).fields(given).build();
		assertThat(given).isEqualTo(before);
		assertThat(inner).isEqualTo(Map.of("password", "secret"));
	}

	@Test
	void doesNotSeeWhatTheCallerChangesLater() {
		List<Object> list = new ArrayList<>(List.of(1));
		Map<String, Object> map = new HashMap<>(Map.of("list", list));
		int[] array = { 1 };
		StringBuilder text = new StringBuilder("a");
		AtomicInteger number = new AtomicInteger(1);
		Message message = TestMessages.builder("a")
			.fields(map)
			.field("array", array)
			.field("text", text)
			.field("number", number)
			.build();
		list.add(2);
		map.clear();
		array[0] = 2;
		text.append("b");
		number.set(2);
		assertThat(message.fields())
			.isEqualTo(Map.of("list", List.of(1), "array", List.of(1), "text", "a", "number", 1L));
	}

	@Test
	void copiesArraysOfEveryKindAsLists() {
		assertThat(copyOf(new int[] { 1, 2 })).isEqualTo(List.of(1, 2));
		assertThat(copyOf(new boolean[] { true })).isEqualTo(List.of(true));
		assertThat(copyOf(new char[][] { { 'x', 'y' } })).isEqualTo(List.of("xy"));
		assertThat(copyOf(new double[][] { { 1.5 }, {} })).isEqualTo(List.of(List.of(1.5), List.of()));
		assertThat(copyOf(new String[] { "a", null })).isEqualTo(Arrays.asList("a", null));
	}

	@Test
	void masksSecretsInArraysOfCharacters() {
		char[] secret = "password=hunter2".toCharArray();
		assertThat(redacted(secret)).isEqualTo("password=" + Redactor.MASK);
		assertThat(redacted(Map.of("password", secret, "a", List.of(secret))))
			.isEqualTo(Map.of("password", Redactor.MASK, "a", List.of("password=" + Redactor.MASK)));
	}

	@Test
	void masksSecretsInKeys() {
		assertThat(redacted(Map.of("4111111111111111", 1))).isEqualTo(Map.of(Redactor.MASK, 1));
		assertThat(redacted(Map.of("Bearer abc123", 1))).isEqualTo(Map.of("Bearer " + Redactor.MASK, 1));
	}

	@Test
	void leavesNumbersOfOrdersAlone() {
		assertThat(redacted(Map.of("order", List.of("4111111111111111", 4111111111111111L))))
			.isEqualTo(Map.of("order", List.of("4111111111111111", 4111111111111111L)));
		assertThat(redacted(Map.of("a", 4111111111111111L))).isEqualTo(Map.of("a", Redactor.MASK));
	}

	@Test
	void opensAnOptional() {
		assertThat(copyOf(Optional.of(Map.of("x", 1)))).isEqualTo(Map.of("x", 1));
		assertThat(copyOf(Optional.empty())).isNull();
	}

	@Test
	void takesTheNameOfAnEnumAndTheTextOfADate() {
		assertThat(copyOf(Category.BEHAVIOUR)).isEqualTo("BEHAVIOUR");
		assertThat(copyOf(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
		assertThat(copyOf(LocalDate.of(2026, 1, 31))).isEqualTo("2026-01-31");
		assertThat(copyOf('c')).isEqualTo("c");
	}

	@Test
	void keepsNumbersAsTheyAre() {
		for (Number number : List.of(1, 2L, (short) 3, (byte) 4, 1.5f, 2.5, BigInteger.TEN, new BigDecimal("1.10"),
				Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Long.MIN_VALUE)) {
			assertThat(copyOf(number)).isEqualTo(number);
		}
	}

	@Test
	void readsCountersOnce() {
		LongAdder adder = new LongAdder();
		adder.add(7);
		assertThat(copyOf(adder)).isEqualTo(7L);
		assertThat(copyOf(new AtomicInteger(8))).isEqualTo(8L);
	}

	@Test
	void doesNotPrintAnIntegerOfAMillionDigits() {
		Message message = TestMessages.builder("a").field("huge", BigInteger.ONE.shiftLeft(4_000_000)).build();
		assertThat(message.fields()).isEqualTo(Map.of("huge", "[number of 4000001 bits]"));
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void doesNotPrintADecimalOfAMillionDigits() {
		BigDecimal huge = new BigDecimal(BigInteger.ONE.shiftLeft(4_000_000), 3);
		assertThat((String) copyOf(huge)).startsWith("[number of");
	}

	@Test
	void keepsHalfOfASurrogatePair() {
		assertThat(copyOf("a\uD83Db")).isEqualTo("a\uD83Db");
	}

	@Test
	void masksTheValueOfASensitiveKeyAtAnyDepth() {
		Message message = builder(Redactor.DEFAULT)
			.field("user", Map.of("name", "bob", "Password", List.of("hunter2"), "apiKey", Map.of("k", "v")))
			.field("session_id", 4711)
			.build();
		assertThat(message.fields())
			.isEqualTo(Map.of("user", Map.of("name", "bob", "Password", Redactor.MASK, "apiKey", Redactor.MASK),
					"session_id", Redactor.MASK));
	}

	@Test
	void masksACardNumberInWhateverTypeItComes() {
		MessageBuilder builder = builder(Redactor.DEFAULT);
		List<Object> cards = List.of("4111 1111 1111 1111", 4111111111111111L, 4111111111111111d,
				new BigInteger("4111111111111111"), new BigDecimal("4111111111111111"),
				new BigDecimal("4111111111111111.00"));
		Object copy = builder.field("cards", cards).build().fields().get("cards");
		assertThat(copy).isEqualTo(Collections.nCopies(cards.size(), Redactor.MASK));
	}

	@Test
	void masksSecretsInPayloadAndLogger() {
		Message message = builder(Redactor.DEFAULT).payload("password=hunter2").logger("token=abc").build();
		assertThat(message.payload()).isEqualTo("password=" + Redactor.MASK);
		assertThat(message.logger()).isEqualTo("token=" + Redactor.MASK);
	}

	private static MessageBuilder builder(Redactor redactor) {
		return new MessageBuilder("a", TestMessages.ORIGIN, Limits.DEFAULT, redactor);
	}

	private static Object redacted(Object value) {
		return builder(Redactor.DEFAULT).field("x", value).build().fields().get("x");
	}

	private static Object copyOf(Object value) {
		return TestMessages.builder("a").field("value", value).build().fields().get("value");
	}

	private static Map<String, Object> nested(int levels) {
		Map<String, Object> map = new HashMap<>(Map.of("down", "bottom"));
		for (int level = 1; level < levels; level++) {
			map = new HashMap<>(Collections.singletonMap("down", map));
		}
		return map;
	}

	private static int count(Object value) {
		return (value instanceof Map<?, ?> map) ? map.values().stream().mapToInt((element) -> 1 + count(element)).sum()
				: 0;
	}

	static final class Unprintable {

		@Override
		public String toString() {
			throw new IllegalStateException("no");
		}

	}

	static final class Unhashable {

		@Override
		public boolean equals(Object other) {
			throw new IllegalStateException("no");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("no");
		}

		@Override
		public String toString() {
			return "unhashable";
		}

	}

	static final class ThrowingMap extends AbstractMap<String, Object> {

		@Override
		public Set<Entry<String, Object>> entrySet() {
			throw new IllegalStateException("no");
		}

	}

	static final class EndlessMap extends AbstractMap<String, Object> {

		@Override
		public Set<Entry<String, Object>> entrySet() {
			return new java.util.AbstractSet<>() {

				@Override
				public java.util.Iterator<Entry<String, Object>> iterator() {
					AtomicInteger next = new AtomicInteger();
					return new java.util.Iterator<>() {

						@Override
						public boolean hasNext() {
							return true;
						}

						@Override
						public Entry<String, Object> next() {
							return Map.entry("k" + next.incrementAndGet(), 1);
						}

					};
				}

				@Override
				public int size() {
					return Integer.MAX_VALUE;
				}

			};
		}

	}

	static final class EndlessList extends AbstractList<Object> {

		@Override
		public Object get(int index) {
			return index;
		}

		@Override
		public int size() {
			return Integer.MAX_VALUE;
		}

	}

}
