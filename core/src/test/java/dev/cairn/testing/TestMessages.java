package dev.cairn.testing;

import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.engine.MessageBuilder;
import dev.cairn.redaction.Redactor;

/**
 * Messages for tests.
 */
public final class TestMessages {

	/** Origin of the messages. */
	public static final Origin ORIGIN = new Origin("shop", "test", "1.2.3", "host-1", 4711);

	private TestMessages() {
	}

	public static MessageBuilder builder(String type) {
		return new MessageBuilder(type, ORIGIN, Limits.DEFAULT, Redactor.NONE);
	}

	public static MessageBuilder builder(String type, Origin origin) {
		return new MessageBuilder(type, origin, Limits.DEFAULT, Redactor.NONE);
	}

	public static Message message() {
		return builder("order.placed").build();
	}

	public static Message text(String payload) {
		return builder("order.placed").payload(payload).build();
	}

	public static Message numbered(int number) {
		return builder("order.placed").field("n", number).build();
	}

}
