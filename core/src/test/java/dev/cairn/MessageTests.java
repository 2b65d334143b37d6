package dev.cairn;

import java.time.Instant;
import java.util.Map;

import dev.cairn.Message.Limits;
import dev.cairn.engine.MessageBuilder;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Message}.
 */
class MessageTests {

	@Test
	void hasDefaultsForWhatTheCallerDoesNotGive() {
		Instant before = Instant.now();
		Message message = TestMessages.builder("order.placed").build();
		assertThat(message.type()).isEqualTo("order.placed");
		assertThat(message.severity()).isEqualTo(Severity.INFORMATIONAL);
		assertThat(message.logger()).isEqualTo("shop");
		assertThat(message.payload()).isEmpty();
		assertThat(message.fields()).isEmpty();
		assertThat(message.trace()).isNull();
		assertThat(message.category()).isNull();
		assertThat(message.truncated()).isFalse();
		assertThat(message.timestamp()).isBetween(before, Instant.now());
	}

	@Test
	void keepsWhatTheCallerGives() {
		Trace trace = new Trace("1", "2", true);
		Message message = TestMessages.builder("order.placed")
			.severity(Severity.NOTICE)
			.logger("checkout")
			.payload("{\"a\":1}")
			.timestamp(Instant.EPOCH)
			.trace(trace)
			.category(Category.BEHAVIOUR)
			.field("amount", 12)
			.build();
		assertThat(message.severity()).isEqualTo(Severity.NOTICE);
		assertThat(message.logger()).isEqualTo("checkout");
		assertThat(message.payload()).isEqualTo("{\"a\":1}");
		assertThat(message.timestamp()).isEqualTo(Instant.EPOCH);
		assertThat(message.trace()).isSameAs(trace);
		assertThat(message.category()).isEqualTo(Category.BEHAVIOUR);
		assertThat(message.fields()).isEqualTo(Map.of("amount", 12));
	}

	@Test
	void refusesAnEmptyType() {
		assertThatIllegalArgumentException().isThrownBy(() -> Message.checkType(""))
			.withMessageContaining("type must be 1 to 200 characters");
	}

	@Test
	void refusesATypeOf500CharactersWithoutRepeatingAllOfIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> Message.checkType("x".repeat(500)))
			.withMessageContaining("(500 characters)")
			.satisfies((ex) -> assertThat(ex.getMessage().length()).isLessThan(200));
	}

	@Test
	void acceptsATypeOf200Characters() {
		assertThat(Message.checkType("x".repeat(200))).hasSize(200);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "order placed", "order\nplaced", "bestellung.übermittelt", "a\"b", "a{b}", "a,b", "\u0000" })
	void refusesATypeThatIsNoToken(String type) {
		assertThatIllegalArgumentException().isThrownBy(() -> Message.checkType(type)).withMessageContaining(type);
	}

	@Test
	void acceptsEveryCharacterOfAToken() {
		assertThat(Message.checkType("aZ09_.:/-")).isEqualTo("aZ09_.:/-");
	}

	@Test
	void namesTheTypeThatIsNull() {
		assertThatNullPointerException().isThrownBy(() -> Message.checkType(null)).withMessageContaining("type");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "+1000000000-12-31T23:59:59.999999999Z", "+10000-01-01T00:00:00Z", "-0001-12-31T23:59:59Z" })
	void refusesATimestampThatRfc3339CannotExpress(String timestamp) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TestMessages.builder("a").timestamp(Instant.parse(timestamp)))
			.withMessageContaining("timestamp")
			.withMessageContaining(timestamp);
	}

	@Test
	void refusesTheLastAndTheFirstInstantOfJava() {
		assertThatIllegalArgumentException().isThrownBy(() -> TestMessages.builder("a").timestamp(Instant.MAX));
		assertThatIllegalArgumentException().isThrownBy(() -> TestMessages.builder("a").timestamp(Instant.MIN));
	}

	@Test
	void acceptsTheFirstAndTheLastInstantOfRfc3339() {
		Instant first = Instant.parse("0000-01-01T00:00:00Z");
		Instant last = Instant.parse("9999-12-31T23:59:59.999999999Z");
		assertThat(TestMessages.builder("a").timestamp(first).build().timestamp()).isEqualTo(first);
		assertThat(TestMessages.builder("a").timestamp(last).build().timestamp()).isEqualTo(last);
	}

	@Test
	void keepsItsIdAndTimeWhenItIsBuiltAgain() {
		MessageBuilder builder = TestMessages.builder("a");
		Message first = builder.build();
		Message second = builder.field("tenant", "t1").build();
		assertThat(second.id()).isEqualTo(first.id());
		assertThat(second.timestamp()).isEqualTo(first.timestamp());
		assertThat(first.fields()).isEmpty();
	}

	@Test
	void namesWhatMustNotBeNull() {
		MessageBuilder builder = TestMessages.builder("a");
		assertThatNullPointerException().isThrownBy(() -> builder.severity(null)).withMessageContaining("severity");
		assertThatNullPointerException().isThrownBy(() -> builder.payload(null)).withMessageContaining("payload");
		assertThatNullPointerException().isThrownBy(() -> builder.logger(null)).withMessageContaining("logger");
		assertThatNullPointerException().isThrownBy(() -> builder.timestamp(null)).withMessageContaining("timestamp");
		assertThatNullPointerException().isThrownBy(() -> builder.field(null, 1)).withMessageContaining("key");
		assertThatNullPointerException().isThrownBy(() -> builder.fields(null)).withMessageContaining("fields");
	}

	@Test
	void cutsAPayloadOf5MegabytesAndMarksIt() {
		Message message = TestMessages.builder("a").payload("x".repeat(5_000_000)).build();
		assertThat(message.payload()).hasSize(Limits.DEFAULT.maxBytes());
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void doesNotCutACharacterInTwo() {
		String payload = "x".repeat(Limits.DEFAULT.maxBytes() - 1) + "\uD83D\uDE00";
		assertThat(TestMessages.builder("a").payload(payload).build().payload()).endsWith("x");
	}

	@Test
	void cutsALoggerThatIsTooLong() {
		Message message = TestMessages.builder("a").logger("l".repeat(1000)).build();
		assertThat(message.logger()).hasSize(200);
		assertThat(message.truncated()).isTrue();
	}

	@Test
	void copiesTheFieldsThatItsConstructorIsGiven() {
		Map<String, Object> given = new java.util.HashMap<>(Map.of("n", 1));
		Message message = withFields(given);
		given.put("n", 2);
		assertThat(message.fields()).isEqualTo(Map.of("n", 1));
	}

	@Test
	@SuppressWarnings({ "unchecked", "rawtypes" })
	void copiesFieldsWhoseKeysAreNoStrings() {
		Map keys = Map.of(42, "answer");
		assertThat(withFields(keys).fields()).isEqualTo(Map.of("42", "answer"));
	}

	@Test
	void weighsMoreTheMoreItHolds() {
		int empty = TestMessages.message().weight();
		int withPayload = TestMessages.builder("a").payload("x".repeat(1000)).build().weight();
		int withField = TestMessages.builder("a").field("f", "x".repeat(1000)).build().weight();
		int nested = TestMessages.builder("a").field("f", Map.of("g", "x".repeat(1000))).build().weight();
		int withThrown = TestMessages.builder("a").thrown(new IllegalStateException()).build().weight();
		assertThat(withPayload).isGreaterThanOrEqualTo(empty + 1000);
		assertThat(withField).isGreaterThan(empty + 1000);
		assertThat(nested).isGreaterThan(withField);
		assertThat(withThrown).isGreaterThan(empty + 1000);
	}

	private static Message withFields(Map<String, Object> fields) {
		return new Message("id", "a", Instant.now(), "l", Severity.DEBUG, "", fields, TestMessages.ORIGIN, null, null,
				false, null, null);
	}

}
