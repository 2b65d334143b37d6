package dev.cairn.engine;

import java.time.Duration;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Message.Limits;
import dev.cairn.MessageFields;
import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.testing.ProcessorTime;
import dev.cairn.testing.TestMessages;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the time that a call takes on the thread of the caller, whatever it is given.
 */
@Timeout(300)
class LimitsTests {

	/** The promise to users, of which a test on a busy machine takes a multiple. */
	private static final Duration MAX = Duration.ofMillis(50);

	private static final int MAX_BYTES = 2_000_000;

	private static final int MANY = 100_000;

	private final Accounts ledger = new Accounts();

	private final FakeSink sink = new FakeSink(this.ledger, "memory");

	private final MeterRegistry registry = new CompositeMeterRegistry(Clock.SYSTEM, List.of(new SimpleMeterRegistry()));

	private final Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger)
		.sink(this.sink)
		.mapper((json, value) -> JsonMapper.shared().writeValue(json, value))
		.metrics(MeterHandles.metrics(
				() -> new MeterHandles(this.registry, new MeterSampling(Sampler.AS_CALLED, Trace.Source.NONE, () -> 0)),
				UnaryOperator.identity(), ApplicationFrames.DEFAULT))
		.build();

	@AfterEach
	void stop() {
		this.cairn.close();
	}

	@ParameterizedTest
	@EnumSource
	@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void endsWithinTheTimeThatIsPromised(Input input) {
		Consumer<Cairn> call = input.call.get();
		ProcessorTime.assertBelow(MAX.multipliedBy(10), () -> {
			this.sink.messages.clear();
			call.accept(this.cairn);
			this.sink.messages.forEach((message) -> assertThat(message.fields().size()).isNotNegative());
		});
		this.sink.messages.forEach(
				(message) -> assertThat(count(message.fields())).isLessThanOrEqualTo(Limits.DEFAULT.maxFields() + 1));
	}

	@Test
	void countsTheFieldsThatAreMasked() {
		this.cairn.event("a").field("map", keys("token", MANY)).publish();
		assertThat(this.sink.messages).singleElement().satisfies((message) -> {
			assertThat(count(message.fields())).isEqualTo(Limits.DEFAULT.maxFields());
			assertThat(message.truncated()).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 999, 1000, MANY })
	void anIncidentHasItsIdHoweverManyFieldsItHas(int number) {
		String id = this.cairn.capture(new IllegalStateException(), keys("session", number));
		String other = this.cairn.capture(new IllegalStateException(), Map.of("map", keys("session", number)));
		assertThat(this.sink.messages).extracting(MessageFields::errorId).containsExactly(id, other);
	}

	private static int count(Object value) {
		if (value instanceof Map<?, ?> map) {
			return map.size() + map.values().stream().mapToInt(LimitsTests::count).sum();
		}
		return (value instanceof List<?> list) ? list.size() + list.stream().mapToInt(LimitsTests::count).sum() : 0;
	}

	private static Map<String, Object> keys(String prefix, int number) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < number; i++) {
			map.put(prefix + i, i);
		}
		return map;
	}

	private static String text(String part) {
		return part.repeat(MAX_BYTES / part.length());
	}

	private static Consumer<Cairn> event(Consumer<Event> details) {
		return (cairn) -> {
			Event event = cairn.event("a");
			details.accept(event);
			event.publish();
		};
	}

	private static Consumer<Cairn> capture(Throwable thrown) {
		return (cairn) -> {
			for (int i = 0; i < 2; i++) {
				cairn.capture((i == 0) ? thrown : new IllegalStateException("wraps", thrown));
			}
			cairn.captureMessage("a text that quotes nothing");
		};
	}

	private static Throwable chain(int length, IntFunction<String> message) {
		Throwable inner = new IllegalStateException(message.apply(0));
		for (int i = 1; i < length; i++) {
			inner = new IllegalStateException(message.apply(i), inner);
		}
		return inner;
	}

	private static Throwable suppressing(int depth, int breadth) {
		RuntimeException thrown = new IllegalStateException("suppresses");
		for (int i = 0; i < breadth && depth > 0; i++) {
			thrown.addSuppressed(suppressing(depth - 1, breadth));
		}
		return thrown;
	}

	private static Throwable sharing(int levels, int breadth) {
		RuntimeException below = new IllegalStateException("leaf");
		for (int level = 0; level < levels; level++) {
			RuntimeException thrown = new IllegalStateException("level " + level);
			for (int i = 0; i < breadth; i++) {
				thrown.addSuppressed(below);
			}
			below = thrown;
		}
		return below;
	}

	private static Map<String, Object> endless(String key, boolean counting) {
		return new AbstractMap<>() {

			@Override
			public Set<Entry<String, Object>> entrySet() {
				return new AbstractSet<>() {

					@Override
					public int size() {
						return 1;
					}

					@Override
					public Iterator<Entry<String, Object>> iterator() {
						return Stream.iterate(0, (i) -> i + 1)
							.map((i) -> (Entry<String, Object>) new SimpleEntry<String, Object>(
									counting ? key + i : key, "x"))
							.iterator();
					}

				};
			}

		};
	}

	private static Collection<Object> endlessList(Object element) {
		return new AbstractCollection<>() {

			@Override
			public int size() {
				return 1;
			}

			@Override
			public Iterator<Object> iterator() {
				return Stream.generate(() -> element).iterator();
			}

		};
	}

	private static Object nested(int depth) {
		Object nested = "x";
		for (int i = 0; i < depth; i++) {
			nested = (i % 2 == 0) ? Map.of("down", nested) : List.of(nested);
		}
		return nested;
	}

	private static String[] tags(int number) {
		return IntStream.range(0, number * 2).mapToObj((i) -> "t" + i).toArray(String[]::new);
	}

	/** Has many values, or no end. */
	static final class Tree {

		public final Object value;

		private final int width;

		Tree(int width) {
			this.width = width;
			this.value = "x".repeat(100);
		}

		Tree(String value) {
			this.width = 0;
			this.value = value;
		}

		@JsonProperty
		List<Tree> branches() {
			return (this.width < 0) ? List.of(new Tree(-1), new Tree(-1))
					: Collections.nCopies(this.width, new Tree(this.width / 10));
		}

	}

	/** An input of up to 2 MB. */
	private enum Input {

		SENSITIVE_KEYS(() -> event((event) -> event.field("map", keys("token", MANY)))),
		SENSITIVE_FIELDS(() -> event((event) -> event.fields(keys("token", MANY)))),
		PLAIN_KEYS(() -> event((event) -> event.field("map", keys("k", MANY)))),
		ENDLESS_SENSITIVE_MAP(() -> event((event) -> event.field("map", endless("token", true)))),
		ENDLESS_MAP_OF_ONE_KEY(() -> event((event) -> event.field("map", endless("token", false)))),
		ENDLESS_FIELDS(() -> event((event) -> event.fields(endless("password", true)))),
		ENDLESS_MAPS_IN_AN_ENDLESS_LIST(
				() -> event((event) -> event.field("list", endlessList(endlessList(endless("k", true)))))),
		ENDLESS_LIST_OF_EMPTY_MAPS(() -> event((event) -> event.field("list", endlessList(Map.of())))),
		COLLIDING_KEYS(() -> {
			Map<String, Object> map = new HashMap<>();
			IntStream.range(0, 1 << 16).forEach((i) -> {
				StringBuilder key = new StringBuilder();
				for (int bit = 0; bit < 16; bit++) {
					key.append(((i >> bit & 1) == 0) ? "Aa" : "BB");
				}
				map.put(key.toString(), i);
			});
			return event((event) -> event.fields(map).field("map", map));
		}), FIELD_CALLS(() -> event((event) -> {
			for (int i = 0; i < MANY; i++) {
				event.field("f" + i, i);
			}
		})), FIELD_CALLS_WITH_ONE_KEY(() -> event((event) -> {
			for (int i = 0; i < MANY; i++) {
				event.field("f", i);
			}
		})), RESERVED_FIELD_CALLS(() -> event((event) -> {
			for (int i = 0; i < MANY; i++) {
				event.field("id", i);
			}
		})), FIELDS_CALLS(() -> event((event) -> {
			for (int i = 0; i < MANY; i++) {
				event.fields(Map.of("f" + i, i));
			}
		})), DETAILS_CALLS(() -> event((event) -> {
			for (int i = 0; i < MANY; i++) {
				event.details((more) -> more.field("f", 1));
			}
		})), PRESET_CALLS(() -> event((event) -> {
			for (int i = 0; i < MANY; i++) {
				event.preset("unknown" + i);
			}
		})), READ_AFTER_FIELD_CALLS(() -> event((event) -> {
			for (int i = 0; i < 4000; i++) {
				event.field("f" + i, i).field("absent");
			}
		})), DEEP_NESTING(() -> event((event) -> event.field("deep", nested(MANY)))),
		LONG_NAME(() -> event((event) -> event.field(text("name"), 1).logger(text("logger.")))),
		LONG_SENSITIVE_NAMES(() -> event((event) -> {
			for (int i = 0; i < 20; i++) {
				event.field(i + "password-".repeat(10_000), 1);
			}
		})), LONG_PAYLOAD(() -> event((event) -> event.payload(text("x")))),
		PAYLOAD_OF_KEYS(() -> event((event) -> event.payload(text("password")))),
		PAYLOAD_OF_ASSIGNMENTS(() -> event((event) -> event.payload(text("password=\"")))),
		PAYLOAD_OF_COLONS(() -> event((event) -> event.payload(text("token: {[")))),
		PAYLOAD_OF_URLS(() -> event((event) -> event.payload(text("a://b@")))),
		PAYLOAD_OF_DIGITS(() -> event((event) -> event.payload(text("4111 1111 ")))),
		PAYLOAD_OF_BEARERS(() -> event((event) -> event.payload(text("bearer ")))),
		PAYLOAD_OF_BACKSLASHES(() -> event((event) -> event.payload("password=" + text("\\")))),
		PAYLOAD_OF_COOKIES(() -> event((event) -> event.payload(text("cookie: a=\"")))),
		PAYLOAD_OF_BRACKETS(() -> event((event) -> event.payload("{\"token\":" + text("[{")))),
		PAYLOAD_OF_PERCENTS(() -> event((event) -> event.payload("?a=" + text("%25")))),
		PAYLOAD_OF_JWTS(() -> event((event) -> event.payload(text("eyJ")))),
		PAYLOAD_OF_PEM(() -> event((event) -> event.payload(text("-----BEGIN ")))),
		PAYLOAD_OF_SURROGATES(() -> event((event) -> event.payload(text("\ud83d")))),
		TEXTS_OF_ASSIGNMENTS(() -> event((event) -> {
			for (int i = 0; i < 20; i++) {
				event.field("f" + i, "password=\"".repeat(10_000));
			}
		})),
		MANY_SHORT_TEXTS(() -> event((event) -> event.field("list", Collections.nCopies(MANY, "password=x token:y")))),
		ARRAY_OF_BYTES(() -> event((event) -> event.field("bytes", new byte[MAX_BYTES]))),
		ARRAY_OF_CHARS(() -> event((event) -> event.field("chars", text("x").toCharArray()))),
		OBJECTS(() -> event((event) -> event.field("list", Collections.nCopies(MANY, new Tree(0))))),
		LARGE_OBJECTS(() -> event((event) -> {
			for (int i = 0; i < 1000; i++) {
				event.field("f" + i, new Tree(200));
			}
		})), DEEP_OBJECT(() -> event((event) -> event.field("deep", new Tree(-1)))),
		OBJECT_WITH_LONG_TEXT(() -> event((event) -> event.field("long", new Tree(text("token=\""))))),
		LONG_MESSAGE(() -> capture(new IllegalStateException(text("a")))),
		LONG_MESSAGES(() -> capture(chain(50, (i) -> i + "a".repeat(40_000)))),
		LONG_CHAIN(() -> capture(chain(20_000, (i) -> "a"))), ENDLESS_CHAIN(() -> capture(new RuntimeException() {

			private static final long serialVersionUID = 1L;

			@Override
			public synchronized Throwable getCause() {
				return new IllegalStateException(this);
			}

		})), SUPPRESSED_TREE(() -> capture(suppressing(4, 10))), MANY_SUPPRESSED(() -> capture(suppressing(1, 20_000))),
		SHARED_SUPPRESSED(() -> capture(sharing(50, 20_000))), STACK_OF_MANY_FRAMES(() -> {
			RuntimeException thrown = new IllegalStateException("deep");
			StackTraceElement[] frames = new StackTraceElement[50_000];
			Arrays.fill(frames, new StackTraceElement("com.example.Deep", "call", "Deep.java", 1));
			thrown.setStackTrace(frames);
			return capture(thrown);
		}), TEXT_THAT_ALMOST_QUOTES(() -> (cairn) -> {
			for (int i = 0; i < 64; i++) {
				cairn.capture(chain(5, (n) -> "a".repeat(10_000) + "b"));
			}
			cairn.captureMessage(text("a"));
			cairn.capture(chain(50, (n) -> "a".repeat(30_000) + "c"));
		}), TEXTS_THAT_WAIT(() -> (cairn) -> {
			for (int i = 0; i < 20; i++) {
				cairn.captureMessage(i + "a".repeat(100_000));
			}
			cairn.capture(chain(50, (n) -> "a".repeat(30_000) + "c"));
		}), TEXT_OF_DIGITS(() -> (cairn) -> cairn.captureMessage(text("1"))),
		CONTEXT(() -> (cairn) -> cairn.capture(new IllegalStateException(), keys("session", MANY))),
		COUNTER_WITH_MANY_TAGS(() -> (cairn) -> cairn.incr("many.tags", 1, tags(50_000))),
		COUNTER_WITH_LONG_TAG(() -> (cairn) -> cairn.incr("long.tag", 1, "tag", text("password="))),
		COUNTER_WITH_LONG_NAME(() -> (cairn) -> cairn.incr(text("name."), 1));

		private final Supplier<Consumer<Cairn>> call;

		Input(Supplier<Consumer<Cairn>> call) {
			this.call = call;
		}

	}

}
