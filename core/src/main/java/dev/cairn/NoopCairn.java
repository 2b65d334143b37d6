package dev.cairn;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.cairn.Cairn.Attempts;
import org.jspecify.annotations.Nullable;

/**
 * A Cairn whose methods have no effect.
 */
final class NoopCairn implements Cairn {

	static final NoopCairn INSTANCE = new NoopCairn();

	private final Ledger ledger = new EmptyLedger();

	private NoopCairn() {
	}

	@Override
	public Cairn install() {
		return this;
	}

	@Override
	public Event event(String type) {
		return NoopEvent.INSTANCE;
	}

	@Override
	public Event event(Record event) {
		return NoopEvent.INSTANCE;
	}

	@Override
	public Event message(String type) {
		return NoopEvent.INSTANCE;
	}

	@Override
	public @Nullable String capture(Throwable thrown, Consumer<Event> details) {
		return null;
	}

	@Override
	public @Nullable String captureMessage(String text, Consumer<Event> details) {
		return null;
	}

	@Override
	public Attempts attempts() {
		return NoopAttempts.INSTANCE;
	}

	@Override
	public boolean accept(Message message) {
		return false;
	}

	@Override
	public CairnMetrics metrics() {
		return NoopMetrics.INSTANCE;
	}

	@Override
	public Ledger ledger() {
		return this.ledger;
	}

	@Override
	public List<Cairn.Recent> recent() {
		return List.of();
	}

	@Override
	public boolean flush(Duration timeout) {
		return true;
	}

	@Override
	public void close() {
	}

	private static final class EmptyLedger implements Ledger, Ledger.Incidents {

		@Override
		public Map<String, Ledger.Balance> balances() {
			return Map.of();
		}

		@Override
		public Ledger.Incidents incidents() {
			return this;
		}

		@Override
		public Ledger.Incidents.Balance balance() {
			return Ledger.Incidents.Balance.EMPTY;
		}

		@Override
		public void onType(Consumer<Type> listener) {
		}

		@Override
		public Map<String, Long> failures() {
			return Map.of();
		}

	}

}
