package dev.cairn.testing;

import dev.cairn.Message;
import dev.cairn.Origin;

/**
 * Messages for tests.
 */
public final class TestMessages {

	/** Where they come from. */
	public static final Origin ORIGIN = new Origin("shop", "test", "1.2.3", "host-1", 4711);

	private TestMessages() {
	}

	public static Message.Builder builder(String type) {
		return Message.builder(type, ORIGIN);
	}

	public static Message message() {
		return builder("order.placed").build();
	}

	public static Message numbered(int number) {
		return builder("order.placed").field("n", number).build();
	}

}
