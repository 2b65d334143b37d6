package dev.cairn.events;

import java.util.List;
import java.util.function.UnaryOperator;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.testing.TestMessages;

/**
 * A Cairn whose messages can be seen.
 */
final class Publishing implements AutoCloseable {

	final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 10_000);

	final Cairn cairn;

	Publishing(UnaryOperator<CairnBuilder> customizer) {
		this.cairn = customizer.apply(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(this.sink))
			.build();
	}

	List<Message> messages() {
		return this.sink.messages();
	}

	/** Return the only message. */
	Message message() {
		if (messages().size() != 1) {
			throw new AssertionError("not one message, but " + messages());
		}
		return messages().get(0);
	}

	Ledger.Balance balance() {
		return this.ledger.channel("memory").balance();
	}

	@Override
	public void close() {
		this.cairn.close();
	}

}
