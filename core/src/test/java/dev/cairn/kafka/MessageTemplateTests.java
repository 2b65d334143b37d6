package dev.cairn.kafka;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Trace;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MessageTemplate}.
 */
class MessageTemplateTests {

	private final Message message = TestMessages.builder("order.placed")
		.field("order_id", 42)
		.field("nothing", null)
		.category(Category.BEHAVIOUR)
		.trace(new Trace("a", "b", true))
		.build();

	@ParameterizedTest
	@CsvSource({ "events, events", "events.{service}, events.shop", "{environment}.{type}, test.order.placed",
			"{service}{hostname}, shophost-1", "{fields.order_id}, 42", "{severity}, 6", "{category}, behaviour",
			"{trace_id}, 0000000000000000000000000000000a", "{logger}-{release}, shop-1.2.3" })
	void fillsInWhatTheMessageHolds(String template, String expanded) {
		assertThat(MessageTemplate.of(template).expand(this.message)).isEqualTo(expanded);
	}

	@Test
	void fillsInTheId() {
		assertThat(MessageTemplate.of("{id}").expand(this.message)).isEqualTo(this.message.id());
	}

	@ParameterizedTest
	@ValueSource(strings = { "{environment}", "x{release}", "{category}", "{trace_id}", "{fields.none}",
			"{fields.nothing}" })
	void isNullWhenTheMessageLacksAValue(String template) {
		Message bare = TestMessages.builder("a", new Origin("s", null, null, "h", 1)).field("nothing", null).build();
		assertThat(MessageTemplate.of(template).expand(bare)).isNull();
	}

	@Test
	void namesAPlaceThatThereIsNotAndThoseThatThereAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> MessageTemplate.of("events.{servce}"))
			.withMessageContaining("{servce}")
			.withMessageContaining("service")
			.withMessageContaining("{fields.<key>}");
	}

	@Test
	void refusesABraceThatIsNotClosed() {
		assertThatIllegalArgumentException().isThrownBy(() -> MessageTemplate.of("events.{service"))
			.withMessageContaining("'events.{service'");
	}

	@Test
	void printsAsItWasGiven() {
		assertThat(MessageTemplate.of("events.{service}")).hasToString("events.{service}");
	}

}
