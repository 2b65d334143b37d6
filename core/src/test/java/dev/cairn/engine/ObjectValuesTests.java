package dev.cairn.engine;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.delivery.Accounts;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for values that are no simple values.
 */
@Timeout(60)
class ObjectValuesTests {

	private final FakeSink sink = new FakeSink(new Accounts(), "memory");

	private final JsonMapper mapper = JsonMapper.builder()
		.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
		.build();

	private final Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).sink(this.sink)
		.mapper((json, value) -> this.mapper.writeValue(json, value))
		.build();

	@AfterEach
	void stop() {
		this.cairn.close();
	}

	@Test
	void writesAnObjectAsTheApplicationWritesIt() {
		assertThat(copyOf(new Order("o1", new BigDecimal("19.90")))).isEqualTo(Map.of("id", "o1", "total_amount",
				new BigDecimal("19.90"), "apiToken", Redactor.MASK, "placed", "1970-01-01T00:00:00Z"));
		assertThat(isTruncated()).isFalse();
	}

	@Test
	void writesObjectsFurtherDown() {
		assertThat(copyOf(List.of(Map.of("sku", new Sku("s-1"))))).isEqualTo(List.of(Map.of("sku", "s-1")));
		assertThat(copyOf(new Line(new Sku("s-2"), 3))).isEqualTo(Map.of("sku", "s-2", "line_count", 3));
	}

	@Test
	void writesDatesWithTheirZone() {
		Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Europe/Berlin"));
		calendar.setTimeInMillis(0);
		assertThat(copyOf(new Date(0))).isEqualTo("1970-01-01T00:00:00Z");
		assertThat(copyOf(Timestamp.from(Instant.EPOCH))).isEqualTo("1970-01-01T00:00:00Z");
		assertThat(copyOf(java.sql.Date.valueOf("2026-01-31"))).isEqualTo("2026-01-31");
		assertThat(copyOf(calendar)).isEqualTo("1970-01-01T01:00+01:00");
		assertThat(copyOf(ZonedDateTime.ofInstant(Instant.EPOCH, ZoneId.of("Europe/Berlin"))))
			.isEqualTo("1970-01-01T01:00+01:00");
		assertThat(copyOf(Map.of(new Date(0), 1))).isEqualTo(Map.of("1970-01-01T00:00:00Z", 1));
	}

	@Test
	void writesBytesAsBase64AndCharactersAsText() {
		byte[] bytes = { 1, 2, 3, -1 };
		assertThat(copyOf(bytes)).isEqualTo(Base64.getEncoder().encodeToString(bytes));
		assertThat(copyOf("password=hunter2".toCharArray())).isEqualTo("password=" + Redactor.MASK);
		String cut = (String) copyOf(new byte[1_000_000]);
		assertThat(Base64.getDecoder().decode(cut)).hasSizeGreaterThan(190_000);
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void writesAConstantAsItsNameAlsoAsAKey() {
		assertThat(copyOf(Map.of(Loud.YES, Loud.YES))).isEqualTo(Map.of("YES", "YES"));
		this.sink.messages.clear();
		this.cairn.event("a").fields(keys(Map.of(Category.QUALITY, Loud.YES))).publish();
		assertThat(message().fields()).isEqualTo(Map.of("QUALITY", "YES"));
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static Map<String, Object> keys(Map map) {
		return map;
	}

	@Test
	void writesSimpleValuesOfTheJdkAsText() {
		UUID id = UUID.randomUUID();
		assertThat(copyOf(id)).isEqualTo(id.toString());
		assertThat(copyOf(Duration.ofSeconds(90))).isEqualTo("PT1M30S");
		assertThat(copyOf(new StringBuilder("text"))).isEqualTo("text");
		assertThat(copyOf(OptionalInt.of(4))).isEqualTo(4);
		assertThat(copyOf(new IllegalStateException("no"))).isEqualTo("java.lang.IllegalStateException: no");
	}

	@Test
	void namesTheClassOfAnObjectWithoutText() {
		assertThat(copyOf(new Object())).isEqualTo("[java.lang.Object]");
		assertThat(copyOf(new Nothing())).isEqualTo("[" + Nothing.class.getName() + "]");
		assertThat(copyOf(new Text())).isEqualTo("EUR 5");
		assertThat(TestMessages.builder("a").field("x", new Order("o1", BigDecimal.ONE)).build().fields())
			.containsEntry("x", "[" + Order.class.getName() + "]");
	}

	@Test
	void endsAnObjectThatContainsItself() {
		Node node = new Node("a");
		node.children.add(new Node("b"));
		node.children.get(0).parent = node;
		assertThat(copyOf(node)).isEqualTo(Map.of("children",
				List.of(Map.of("children", List.of(), "name", "b", "parent", "[circular]")), "name", "a"));
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void endsAnObjectThatIsTooDeep() {
		Node root = new Node("n0");
		Node last = root;
		for (int i = 1; i < 2000; i++) {
			last.parent = new Node("n" + i);
			last = last.parent;
		}
		assertThat(String.valueOf(copyOf(root))).contains("n0", "n6", "[too deep]").doesNotContain("n9");
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void endsAnObjectThatMakesANewOneAtEachCall() {
		assertThat(copyOf(new Endless(0)).toString()).contains("[too deep]");
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void endsAnIterableWithoutEnd() {
		Iterable<String> endless = new Iterable<>() {

			@Override
			public Iterator<String> iterator() {
				return Collections.nCopies(Integer.MAX_VALUE, "x").iterator();
			}

		};
		assertThat((List<?>) copyOf(endless)).hasSize(Limits.DEFAULT.maxFields() - 1);
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void keepsTheBeginningOfALargeObject() {
		assertThat(((Map<?, ?>) copyOf(new Large())).get("a_first")).isEqualTo(1);
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void keepsWhatComesBeforeAPropertyThatFails() {
		assertThat(copyOf(new Failing())).isEqualTo(Map.of("a_first", 1));
		assertThat(isTruncated()).isTrue();
	}

	@Test
	void endsAnObjectThatTakesTooLong() {
		try (Slow slow = new Slow()) {
			assertThat((List<?>) copyOf(slow.items())).hasSizeLessThan(300);
			assertThat(isTruncated()).isTrue();
		}
	}

	@Test
	void doesNotReadWhatIsNoValue() {
		AutoCloseable resource = new AutoCloseable() {

			@JsonProperty
			int content() {
				throw new AssertionError("must not be read");
			}

			@Override
			public void close() {
			}

			@Override
			public String toString() {
				return "resource";
			}

		};
		assertThat(copyOf(resource)).isEqualTo("resource");
	}

	@Test
	void refusesWhatAPropertyPublishes() {
		AtomicInteger calls = new AtomicInteger();
		Object publishing = new Object() {

			@JsonProperty
			int value() {
				ObjectValuesTests.this.cairn.event("again").field("value", this).publish();
				return calls.incrementAndGet();
			}

		};
		this.cairn.event("a").field("value", publishing).publish();
		assertThat(this.sink.messages).singleElement()
			.satisfies((message) -> assertThat(message.fields()).isEqualTo(Map.of("value", Map.of("value", 1))));
	}

	private Object copyOf(Object value) {
		this.sink.messages.clear();
		this.cairn.event("a").field("value", value).publish();
		return message().fields().get("value");
	}

	private boolean isTruncated() {
		message().fields().size();
		return message().truncated();
	}

	private Message message() {
		return this.sink.messages.get(0);
	}

	private enum Loud {

		YES;

		@Override
		public String toString() {
			return "yes!";
		}

	}

	private record Line(Sku sku, int lineCount) {
	}

	static final class Order {

		@JsonProperty
		private final String id;

		@JsonProperty
		private final BigDecimal totalAmount;

		@JsonProperty("apiToken")
		private final String token = "t0ps3cret";

		@JsonProperty
		private final Instant placed = Instant.EPOCH;

		@JsonIgnore
		public final String hidden = "hidden";

		Order(String id, BigDecimal totalAmount) {
			this.id = id;
			this.totalAmount = totalAmount;
		}

	}

	static final class Sku {

		private final String code;

		Sku(String code) {
			this.code = code;
		}

		@JsonValue
		String code() {
			return this.code;
		}

	}

	static final class Node {

		public final List<Node> children = new ArrayList<>();

		public final String name;

		@JsonInclude(JsonInclude.Include.NON_NULL)
		public Node parent;

		Node(String name) {
			this.name = name;
		}

	}

	static final class Endless {

		public final int number;

		Endless(int number) {
			this.number = number;
		}

		@JsonProperty
		Endless next() {
			return new Endless(this.number + 1);
		}

	}

	static final class Large {

		public final int aFirst = 1;

		public final List<String> texts = Collections.nCopies(1000, "x".repeat(10_000));

	}

	static final class Failing {

		public final int aFirst = 1;

		@JsonProperty
		int failing() {
			throw new IllegalStateException("not loaded");
		}

	}

	static final class Nothing {

	}

	static final class Text {

		@Override
		public String toString() {
			return "EUR 5";
		}

	}

	/** Each item is available 20 ms after the one before. */
	static final class Slow implements AutoCloseable {

		private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

		Object items() {
			Iterable<Object> items = () -> IntStream.range(0, 300).mapToObj((i) -> (Object) new Object() {

				@JsonProperty
				int number() throws Exception {
					return Slow.this.clock.schedule(() -> i, 20, TimeUnit.MILLISECONDS).get();
				}

			}).iterator();
			return new Object() {

				@JsonValue
				Object value() {
					return items;
				}

			};
		}

		@Override
		public void close() {
			this.clock.shutdownNow();
		}

	}

}
