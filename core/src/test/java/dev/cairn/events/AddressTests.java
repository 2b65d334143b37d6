package dev.cairn.events;

import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.Message.Address;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.redaction.Redactor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the topic, the key and the headers of an event.
 */
class AddressTests {

	private final Publishing publishing = new Publishing((builder) -> builder);

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void anEventHasTheAddressOfTheCall() {
		event().topic("payments").key("c-1").header("tenant", "acme").field("n", 1).publish();
		Message message = this.publishing.message();
		assertThat(message.address()).isEqualTo(new Address("payments", "c-1", Map.of("tenant", "acme")));
		assertThat(message.fields()).containsOnlyKeys("n");
		assertThat(message.with(Map.of("m", 1)).address()).isEqualTo(message.address());
	}

	@Test
	void anEventWithoutOneHasNone() {
		event().publish();
		assertThat(this.publishing.message().address()).isNull();
	}

	@Test
	void noSecretsLeaveAsAKeyOrAHeader() {
		event().key("Authorization: Basic dXNlcjpzZWNyZXQ=").header("authorization", "secret").publish();
		assertThat(this.publishing.message().address()).asString()
			.doesNotContain("dXNlcjpzZWNyZXQ=")
			.doesNotContain("secret");
	}

	@Test
	void theAddressSurvivesTheDisk() throws Exception {
		event().topic("payments").key("c-1").header("tenant", "acme").publish();
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		Message message = this.publishing.message();
		assertThat(codec.read(codec.write(message)).address()).isEqualTo(message.address());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "a b", "a/b", "t\u00e4" })
	void refusesATopicThatKafkaDoesNotAllow(String topic) {
		assertThatIllegalArgumentException().isThrownBy(() -> event().topic(topic))
			.withMessageContaining("'" + topic + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "ce_id", "CE_type", "Content-Type", "traceparent" })
	void refusesAHeaderThatCairnSets(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> event().header(name, "x")).withMessageContaining(name);
	}

	@Test
	void nothingHappensWithoutCairn() {
		Event event = Cairn.noop().event("a");
		assertThat(event.topic("t").key("k").header("h", "v").publish()).isNull();
	}

	private Event event() {
		return this.publishing.cairn.event("order.placed");
	}

}
