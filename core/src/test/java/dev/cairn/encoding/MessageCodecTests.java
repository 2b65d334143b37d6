package dev.cairn.encoding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link MessageCodec}.
 */
class MessageCodecTests {

	private static final int LARGE = 256 * 1024;

	private final MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, LARGE);

	private final MessageEncoder wire = MessageEncoder.cairn(Redactor.DEFAULT);

	@Test
	void readsTheSameMessageAgain() throws Exception {
		Message message = TestMessages.builder("order.placed")
			.timestamp(Instant.parse("2026-01-31T23:59:59.000001Z"))
			.logger("billing")
			.severity(Severity.NOTICE)
			.payload("line\nfeed \"and\" \u2028 more")
			.category(Category.BEHAVIOUR)
			.trace(new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true))
			.field("text", "Zoë \uD83D\uDE00")
			.field("whole", 42)
			.field("large", Long.MAX_VALUE)
			.field("larger", new BigInteger("123456789012345678901234567890"))
			.field("real", 0.1)
			.field("tiny", 1e-300)
			.field("single", 0.1f)
			.field("decimal", new BigDecimal("12345678901234567890.123456789"))
			.field("yes", true)
			.field("none", null)
			.field("list", Arrays.asList(1, "two", null, List.of(3)))
			.field("map", Map.of("a", Map.of("b", 1)))
			.field("id", "a reserved name")
			.build();
		Message read = this.codec.read(this.codec.write(message));
		assertThat(this.wire.encode(read, LARGE).bytes()).asString(StandardCharsets.UTF_8)
			.isEqualToIgnoringCase(new String(this.wire.encode(message, LARGE).bytes(), StandardCharsets.UTF_8)
				.replace("1.0E-300", new BigDecimal("1.0E-300").toString()));
		assertThat(read.trace()).isEqualTo(message.trace());
		assertThat(read.origin()).isEqualTo(message.origin());
		assertThat(read.timestamp()).isEqualTo(message.timestamp());
	}

	@Test
	void whatWasThrownComesBackAsItsDescription() throws Exception {
		Message message = TestMessages.builder("exception").thrown(new IllegalStateException("no")).build();
		Message read = this.codec.read(this.codec.write(message));
		assertThat(read.thrown()).isNull();
		assertThat(this.wire.encode(read, LARGE).bytes()).isEqualTo(this.wire.encode(message, LARGE).bytes());
	}

	@Test
	void whatIsBareStaysBare() throws Exception {
		Message message = TestMessages.message();
		assertThat(this.codec.read(this.codec.write(message)).fields()).isEmpty();
		assertThat(this.codec.read(this.codec.write(message)).category()).isNull();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "x", "[]", "{}", "null", "{\"id\":1}", "{\"id\":\"a\",\"type\":\"b\"", "{\"fields\":[]}" })
	void refusesWhatIsNoMessage(String rec) {
		assertThatException().isThrownBy(() -> this.codec.read(rec.getBytes(StandardCharsets.UTF_8)))
			.isInstanceOf(RuntimeException.class);
	}

}
