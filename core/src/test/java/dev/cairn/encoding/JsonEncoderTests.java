package dev.cairn.encoding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.encoding.MessageEncoder.Encoded;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import dev.cairn.engine.MessageBuilder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JsonEncoder}.
 */
class JsonEncoderTests {

	private static final int LARGE = 10_000_000;

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final MessageEncoder cairn = MessageEncoder.cairn(Redactor.DEFAULT);

	private final MessageEncoder metlog = MessageEncoder.Format.METLOG.encoder(Redactor.DEFAULT,
			ApplicationFrames.DEFAULT);

	@Test
	void writesTheEnvelopeOfCairn() throws Exception {
		assertThat(text(this.cairn, full())).isEqualTo("{\"id\":\"" + full().id()
				+ "\",\"type\":\"order.placed\",\"timestamp\":\"2026-01-31T23:59:59.000001Z\",\"logger\":\"checkout\","
				+ "\"severity\":5,\"payload\":\"p\",\"fields\":{\"order_id\":\"o1\",\"amount\":12.5,\"paid\":true,"
				+ "\"coupon\":null,\"items\":[1,\"b\"],\"customer\":{\"tier\":\"gold\"}},\"env_version\":\"1.0\","
				+ "\"service\":\"shop\",\"environment\":\"test\",\"release\":\"1.2.3\",\"hostname\":\"host-1\",\"pid\":4711,"
				+ "\"trace_id\":\"0000000000000000000000000000000a\",\"span_id\":\"000000000000000b\","
				+ "\"category\":\"behaviour\"}");
	}

	@Test
	void writesTheEnvelopeOfMetlogWithTheRestInItsFields() throws Exception {
		assertThat(text(this.metlog, full())).isEqualTo("{\"type\":\"order.placed\","
				+ "\"timestamp\":\"2026-01-31T23:59:59.000001Z\",\"logger\":\"checkout\",\"severity\":5,\"payload\":\"p\","
				+ "\"fields\":{\"order_id\":\"o1\",\"amount\":12.5,\"paid\":true,\"coupon\":null,\"items\":[1,\"b\"],"
				+ "\"customer\":{\"tier\":\"gold\"},\"id\":\"" + full().id()
				+ "\",\"service\":\"shop\",\"environment\":\"test\",\"release\":\"1.2.3\","
				+ "\"trace_id\":\"0000000000000000000000000000000a\",\"span_id\":\"000000000000000b\","
				+ "\"category\":\"behaviour\"},\"env_version\":\"0.8\",\"metlog_pid\":4711,\"metlog_hostname\":\"host-1\"}");
	}

	@Test
	void leavesOutWhatThereIsNot() throws Exception {
		Message message = TestMessages.builder("a", new Origin("shop", null, null, "h", 1)).build();
		assertThat(json(this.cairn, message).propertyNames()).containsExactly("id", "type", "timestamp", "logger",
				"severity", "payload", "fields", "env_version", "service", "hostname", "pid");
		assertThat(json(this.metlog, message).get("fields").propertyNames()).containsExactly("id", "service");
	}

	@ParameterizedTest
	@CsvSource({ "2026-01-31T23:59:59Z, 2026-01-31T23:59:59.000000Z",
			"2026-01-31T23:59:59.123456789Z, 2026-01-31T23:59:59.123456Z",
			"0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000000Z",
			"9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999Z",
			"1969-12-31T23:59:59.999999999Z, 1969-12-31T23:59:59.999999Z" })
	void writesTimeWithSixDecimals(Instant timestamp, String written) {
		assertThat(MessageEncoder.timestamp(timestamp)).asString().isEqualTo(written);
	}

	@Test
	void writesOneLineWhateverTheTextHolds() throws Exception {
		String text = "a\nb\rc\u2028d\u0000e\"f\\g\u0085";
		Message message = TestMessages.builder("a").payload(text).field("k\n\"", text).logger("l\n").build();
		for (MessageEncoder encoder : List.of(this.cairn, this.metlog)) {
			assertThat(text(encoder, message)).doesNotContain("\n", "\r");
			assertThat(json(encoder, message).get("payload").asString()).isEqualTo(text);
			assertThat(json(encoder, message).get("fields").get("k\n\"").asString()).isEqualTo(text);
		}
	}

	@Test
	void writesEveryNumberAsItIs() throws Exception {
		Message message = TestMessages.builder("a")
			.field("int", Integer.MIN_VALUE)
			.field("long", Long.MAX_VALUE)
			.field("float", 0.1f)
			.field("double", 0.1)
			.field("integer", BigInteger.TEN.pow(30))
			.field("decimal", new BigDecimal("1.10"))
			.field("short", (short) 7)
			.build();
		assertThat(text(this.cairn, message)).contains("\"int\":-2147483648,\"long\":\"9223372036854775807\","
				+ "\"float\":0.1,\"double\":0.1,\"integer\":\"1000000000000000000000000000000\",\"decimal\":1.10,\"short\":7");
	}

	@Test
	void writesWhatIsNoNumberAsText() throws Exception {
		Message message = TestMessages.builder("a")
			.field("nan", Double.NaN)
			.field("infinity", Float.POSITIVE_INFINITY)
			.build();
		JsonNode fields = json(this.cairn, message).get("fields");
		assertThat(fields.get("nan").asString()).isEqualTo("NaN");
		assertThat(fields.get("infinity").asString()).isEqualTo("Infinity");
	}

	@Test
	void replacesHalfOfASurrogatePair() throws Exception {
		Message message = TestMessages.builder("a", new Origin("s\uD83D", "e\uDE00", "r\uD83D", "h\uDE00", 1))
			.payload("p\uD83D")
			.logger("l\uDE00x")
			.field("k\uD83D", "v\uD83D\uD83D\uDE00")
			.build();
		for (MessageEncoder encoder : List.of(this.cairn, this.metlog)) {
			JsonNode json = json(encoder, message);
			assertThat(json.get("payload").asString()).isEqualTo("p\uFFFD");
			assertThat(json.get("logger").asString()).isEqualTo("l\uFFFDx");
			assertThat(json.get("fields").get("k\uFFFD").asString()).isEqualTo("v\uFFFD\uD83D\uDE00");
		}
	}

	@Test
	void writesTheDeepestFieldsThatThereCanBe() throws Exception {
		Map<String, Object> value = Map.of("n", 1);
		for (int i = 1; i < Limits.DEFAULT.maxDepth(); i++) {
			value = Map.of("d", value);
		}
		assertThat(json(this.cairn, TestMessages.builder("a").field("f", value).build()).get("fields").get("f"))
			.isEqualTo(MAPPER.valueToTree(value));
	}

	@Test
	void fitsIntoTheLimitWithoutAWord() throws Exception {
		Message message = TestMessages.builder("a").payload("x".repeat(1000)).build();
		int exact = this.cairn.encode(message, LARGE).bytes().length;
		Encoded encoded = this.cairn.encode(message, exact);
		assertThat(encoded.truncated()).isFalse();
		assertThat(encoded.bytes()).hasSize(exact);
	}

	@Test
	void cutsTheLargestTextFirstAndMarksIt() throws Exception {
		Message message = TestMessages.builder("a")
			.payload("p".repeat(3000))
			.field("large", "l".repeat(5000))
			.field("nested", Map.of("list", List.of("n".repeat(2000))))
			.build();
		JsonNode json = json(this.cairn, message, 9000);
		assertThat(json.get("truncated").asBoolean()).isTrue();
		assertThat(json.get("payload").asString()).hasSize(3000);
		assertThat(json.get("fields").get("large").asString()).matches("l{1000,4999}\\[truncated]");
		assertThat(json.get("fields").get("nested").get("list").get(0).asString()).hasSize(2000);
	}

	@Test
	void cutsNoMoreThanItMust() throws Exception {
		for (String unit : List.of("x", "\u00e4", "\u4e2d", "\uD83D\uDE00", "\"", "\n", "\u0001")) {
			Message message = TestMessages.builder("a").payload(unit.repeat(20_000)).build();
			Encoded encoded = this.cairn.encode(message, 10_000);
			assertThat(encoded.truncated()).isTrue();
			assertThat(encoded.bytes().length).as(unit).isBetween(9_900, 10_000);
			assertThat(MAPPER.readTree(encoded.bytes()).get("payload").asString()).endsWith("[truncated]")
				.doesNotContain("\uFFFD");
		}
	}

	@Test
	void removesFieldsFromTheLastOnWhenOnlyShortTextsAreLeft() throws Exception {
		MessageBuilder builder = TestMessages.builder("a");
		for (int i = 0; i < 900; i++) {
			builder.field("f" + i, "value of some length " + i);
		}
		JsonNode json = json(this.cairn, builder.build(), 20_000);
		JsonNode fields = json.get("fields");
		assertThat(json.get("truncated").asBoolean()).isTrue();
		assertThat(fields.size()).isBetween(500, 899);
		assertThat(fields.get("f0").asString()).isEqualTo("value of some length 0");
		assertThat(fields.get("f" + (fields.size() - 1))).isNotNull();
		assertThat(MAPPER.writeValueAsBytes(json).length).isGreaterThan(19_000);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1024, 2000, 5000, 50_000, 262_144 })
	void staysWithinEveryLimit(int maxBytes) throws Exception {
		String mixed = "a\u00e4\u4e2d\uD83D\uDE00\"\\\n\u0001\uD83D";
		Message message = TestMessages.builder("a")
			.payload(mixed.repeat(20_000))
			.field("map", Map.of("x", mixed.repeat(5000), "y", List.of(mixed.repeat(3000), 1)))
			.field("numbers", Collections.nCopies(500, 123456789))
			.thrown(new IllegalStateException(mixed.repeat(1000)))
			.build();
		for (MessageEncoder encoder : List.of(this.cairn, this.metlog)) {
			Encoded encoded = encoder.encode(message, maxBytes);
			assertThat(encoded.bytes().length).isLessThanOrEqualTo(maxBytes);
			assertThat(MAPPER.readTree(encoded.bytes())).isNotNull();
			assertThat(new String(encoded.bytes(), StandardCharsets.UTF_8)).contains("\"truncated\":true");
		}
	}

	@Test
	void refusesOnlyWhatHasNothingLeftToShorten() throws Exception {
		Message message = TestMessages.builder("a").payload("short").field("n", 1).build();
		int bare = this.cairn.encode(TestMessages.message(), LARGE).bytes().length;
		assertThatExceptionOfType(TooLargeException.class).isThrownBy(() -> this.cairn.encode(message, 100))
			.withMessageContaining("type a")
			.withMessageContaining("100");
		Encoded smallest = this.cairn.encode(message, bare + 10);
		assertThat(smallest.bytes().length).isLessThanOrEqualTo(bare + 10);
	}

	@Test
	void marksWhatWasTruncatedBefore() throws Exception {
		Message message = TestMessages.builder("a").payload("x".repeat(300_000)).build();
		Encoded encoded = this.cairn.encode(message, LARGE);
		assertThat(encoded.truncated()).isTrue();
		assertThat(MAPPER.readTree(encoded.bytes()).get("truncated").asBoolean()).isTrue();
	}

	@Test
	void encodes5MegabytesOfPayloadWithinTheDefaultLimit() throws Exception {
		Message message = TestMessages.builder("a").payload("\u4e2d".repeat(5_000_000)).build();
		Encoded encoded = this.cairn.encode(message, Limits.DEFAULT.maxBytes());
		assertThat(encoded.bytes().length).isBetween(262_000, 262_144);
	}

	@ParameterizedTest
	@MethodSource
	void writesANumberAsAStringThatAReaderWouldChange(Number number, boolean exact) throws Exception {
		JsonNode value = json(this.cairn, TestMessages.builder("a").field("number", number).build()).get("fields")
			.get("number");
		assertThat(value.isNumber()).isEqualTo(exact);
		assertThat(new BigDecimal(value.asString())).isEqualByComparingTo(new BigDecimal(number.toString()));
	}

	static Stream<Arguments> writesANumberAsAStringThatAReaderWouldChange() {
		return Stream.of(Arguments.of(1L << 53, true), Arguments.of((1L << 53) + 1, false),
				Arguments.of(-(1L << 53), true), Arguments.of(Long.MIN_VALUE, false),
				Arguments.of(Long.MAX_VALUE, false), Arguments.of(new BigDecimal("1E+400"), false),
				Arguments.of(new BigDecimal("1E-400"), false), Arguments.of(new BigDecimal("19.90"), true),
				Arguments.of(new BigDecimal("12345678901234567.89"), false), Arguments.of(BigInteger.TEN, true),
				Arguments.of(BigInteger.TWO.pow(64), false), Arguments.of(0.1, true), Arguments.of(1.5f, true));
	}

	@Test
	void keepsTheFieldsOfTheApplicationBesideThoseOfTheMetlogEnvelope() throws Exception {
		Message message = TestMessages.builder("a").field("id", "mine").field("release", "mine").build();
		JsonNode fields = json(this.metlog, message).get("fields");
		assertThat(fields.get("id").asString()).isEqualTo(message.id());
		assertThat(fields.get("field_id").asString()).isEqualTo("mine");
		assertThat(fields.get("field_release").asString()).isEqualTo("mine");
		assertThat(json(this.cairn, message).get("fields").get("id").asString()).isEqualTo("mine");
	}

	@Test
	void describesWhatWasThrown() throws Exception {
		IllegalStateException cause = new IllegalStateException("the cause");
		RuntimeException thrown = new RuntimeException("the wrapper", cause);
		thrown.addSuppressed(new ArithmeticException("suppressed"));
		JsonNode exception = json(this.cairn, TestMessages.builder("exception").thrown(thrown).build()).get("fields")
			.get("exception");
		assertThat(exception.get("type").asString()).isEqualTo("java.lang.RuntimeException");
		assertThat(exception.get("message").asString()).isEqualTo("the wrapper");
		assertThat(exception.get("class").asString()).isEqualTo(JsonEncoderTests.class.getName());
		assertThat(exception.get("method").asString()).isEqualTo("describesWhatWasThrown");
		assertThat(exception.get("line").asInt()).isEqualTo(thrown.getStackTrace()[0].getLineNumber());
		assertThat(exception.get("causes")).isEqualTo(
				MAPPER.valueToTree(List.of(Map.of("type", "java.lang.IllegalStateException", "message", "the cause"))));
		assertThat(exception.get("suppressed")).isEqualTo(
				MAPPER.valueToTree(List.of(Map.of("type", "java.lang.ArithmeticException", "message", "suppressed"))));
		assertThat(exception.get("stack_trace").asString())
			.startsWith("java.lang.RuntimeException: the wrapper\n\tat " + JsonEncoderTests.class.getName())
			.contains("\nCaused by: java.lang.IllegalStateException: the cause\n");
	}

	@Test
	void keepsAFieldNamedExceptionBesideTheDescription() throws Exception {
		Message message = TestMessages.builder("a")
			.field("exception", "mine")
			.thrown(new IllegalStateException("no"))
			.build();
		JsonNode fields = json(this.cairn, message).get("fields");
		assertThat(fields.get("field_exception").asString()).isEqualTo("mine");
		assertThat(fields.get("exception").get("message").asString()).isEqualTo("no");
	}

	@Test
	void masksSecretsInTheMessagesOfExceptions() throws Exception {
		RuntimeException thrown = new RuntimeException("password=hunter2",
				new IllegalStateException("jdbc:postgresql://app:hunter2@db/shop"));
		thrown.addSuppressed(new IllegalStateException("Authorization: Basic hunter2"));
		for (MessageEncoder encoder : List.of(this.cairn, this.metlog)) {
			String text = text(encoder, TestMessages.builder("a").thrown(thrown).build());
			assertThat(text).doesNotContain("hunter2").contains(Redactor.MASK);
		}
	}

	@Test
	void survivesCausesThatRunInACircle() throws Exception {
		RuntimeException first = new RuntimeException("first");
		RuntimeException second = new RuntimeException("second", first);
		first.initCause(second);
		first.addSuppressed(second);
		JsonNode exception = json(this.cairn, TestMessages.builder("a").thrown(first).build()).get("fields")
			.get("exception");
		assertThat(exception.get("causes").size()).isEqualTo(1);
	}

	@Test
	void survivesAStackOf10000Frames() throws Exception {
		StackOverflowError thrown = new StackOverflowError();
		StackTraceElement[] frames = new StackTraceElement[10_000];
		Arrays.fill(frames, new StackTraceElement("com.acme.Deep", "down", "Deep.java", 7));
		thrown.setStackTrace(frames);
		JsonNode exception = json(this.cairn, TestMessages.builder("a").thrown(thrown).build()).get("fields")
			.get("exception");
		assertThat(exception.get("class").asString()).isEqualTo("com.acme.Deep");
		assertThat(exception.get("stack_trace").asString().lines()).hasSize(102)
			.last()
			.asString()
			.contains("9900 more");
	}

	@Test
	void survivesAnExceptionThatCannotBeAsked() throws Exception {
		RuntimeException hostile = new RuntimeException() {

			@Override
			public String getMessage() {
				throw new AssertionError("no");
			}

			@Override
			public synchronized Throwable getCause() {
				throw new AssertionError("no");
			}

			@Override
			public StackTraceElement[] getStackTrace() {
				return null;
			}

		};
		JsonNode exception = json(this.cairn, TestMessages.builder("a").thrown(hostile).build()).get("fields")
			.get("exception");
		assertThat(exception.get("message").asString()).contains("getMessage() failed", "AssertionError");
		assertThat(exception.has("causes")).isFalse();
		assertThat(exception.has("class")).isFalse();
	}

	@Test
	void cutsTheStackTraceOfAnExceptionBeforeItsMessage() throws Exception {
		JsonNode exception = json(this.cairn,
				TestMessages.builder("a").thrown(new IllegalStateException("the message")).build(), 1500)
			.get("fields")
			.get("exception");
		assertThat(exception.get("message").asString()).isEqualTo("the message");
		assertThat(exception.get("stack_trace").asString()).endsWith("[truncated]");
	}

	@Test
	void isThreadSafe() {
		Message message = full();
		assertThat(Collections.nCopies(200, message)
			.parallelStream()
			.map((same) -> textUnchecked(this.cairn, same))
			.distinct()).hasSize(1);
	}

	private static final Message FULL = TestMessages.builder("order.placed")
		.timestamp(Instant.parse("2026-01-31T23:59:59.000001Z"))
		.logger("checkout")
		.severity(Severity.NOTICE)
		.payload("p")
		.field("order_id", "o1")
		.field("amount", 12.5)
		.field("paid", true)
		.field("coupon", null)
		.field("items", List.of(1, "b"))
		.field("customer", new HashMap<>(Map.of("tier", "gold")))
		.trace(new Trace("a", "b", true))
		.category(Category.BEHAVIOUR)
		.build();

	private static Message full() {
		return FULL;
	}

	@Test
	void marksTheApplicationsFrames() throws Exception {
		ApplicationFrames application = new ApplicationFrames(List.of("dev.cairn"));
		Message message = TestMessages.builder("a").thrown(new IllegalStateException("no")).build();
		for (MessageEncoder encoder : List.of(MessageEncoder.Format.CAIRN.encoder(Redactor.DEFAULT, application),
				MessageEncoder.Format.METLOG.encoder(Redactor.DEFAULT, application))) {
			JsonNode frames = json(encoder, message).get("fields").get("exception").get("frames");
			assertThat(frames.get(0).get("class").asString()).isEqualTo(JsonEncoderTests.class.getName());
			assertThat(frames.get(0).get("in_app").asBoolean()).isTrue();
			assertThat(frames.valueStream().map((frame) -> frame.get("in_app").asBoolean())).contains(false);
		}
	}

	@Test
	void keepsAnEndlessRecursionSmall() throws Exception {
		StackOverflowError thrown = new StackOverflowError();
		StackTraceElement[] frames = new StackTraceElement[10_000];
		Arrays.fill(frames, new StackTraceElement("com.example.shop.order.OrderService", "place", "Shop.java", 7));
		thrown.setStackTrace(frames);
		assertThat(text(this.cairn, TestMessages.builder("a").thrown(thrown).build())).hasSizeLessThan(20_000);
	}

	private static String text(MessageEncoder encoder, Message message) throws Exception {
		return new String(encoder.encode(message, LARGE).bytes(), StandardCharsets.UTF_8);
	}

	private static String textUnchecked(MessageEncoder encoder, Message message) {
		try {
			return text(encoder, message);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JsonNode json(MessageEncoder encoder, Message message) throws Exception {
		return json(encoder, message, LARGE);
	}

	private static JsonNode json(MessageEncoder encoder, Message message, int maxBytes) throws Exception {
		byte[] bytes = encoder.encode(message, maxBytes).bytes();
		assertThat(bytes.length).isLessThanOrEqualTo(maxBytes);
		return MAPPER.readTree(bytes);
	}

}
