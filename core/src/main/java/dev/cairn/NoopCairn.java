package dev.cairn;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.cairn.Cairn.Attempts;
import org.jspecify.annotations.Nullable;

/**
 * A Cairn whose methods, and those of all that it returns, have no effect.
 */
enum NoopCairn implements Cairn {

	INSTANCE;

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
		return NoopLedger.INSTANCE;
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

	private enum NoopEvent implements Event {

		INSTANCE;

		@Override
		public Event field(String key, @Nullable Object value) {
			return this;
		}

		@Override
		public @Nullable Object field(String key) {
			return null;
		}

		@Override
		public Event fields(Map<String, ?> fields) {
			return this;
		}

		@Override
		public Event category(Category category) {
			return this;
		}

		@Override
		public Event severity(Severity severity) {
			return this;
		}

		@Override
		public Event payload(String payload) {
			return this;
		}

		@Override
		public Event topic(String topic) {
			return this;
		}

		@Override
		public Event key(String key) {
			return this;
		}

		@Override
		public Event header(String name, String value) {
			return this;
		}

		@Override
		public Event logger(String logger) {
			return this;
		}

		@Override
		public Event timestamp(Instant timestamp) {
			return this;
		}

		@Override
		public Event trace(@Nullable Trace trace) {
			return this;
		}

		@Override
		public Event thrown(Throwable thrown) {
			return this;
		}

		@Override
		public Event details(Consumer<Event> details) {
			return this;
		}

		@Override
		public Event rate(double rate) {
			return this;
		}

		@Override
		public Event preset(String... names) {
			return this;
		}

		@Override
		public Event keep() {
			return this;
		}

		@Override
		public Event callSite() {
			return this;
		}

		@Override
		public Event immediately() {
			return this;
		}

		@Override
		public boolean decide() {
			return false;
		}

		@Override
		public @Nullable String publish() {
			return null;
		}

		@Override
		public CompletionStage<@Nullable String> publishAndConfirm() {
			return CompletableFuture.completedStage(null);
		}

	}

	private enum NoopAttempts implements Attempts {

		INSTANCE;

		@Override
		public void begin() {
		}

		@Override
		public void end() {
		}

		@Override
		public void failed(Throwable thrown) {
		}

		@Override
		public void succeeded() {
		}

		@Override
		public void givenUp(Throwable thrown) {
		}

	}

	private enum NoopMetrics implements CairnMetrics {

		INSTANCE;

		@Override
		public void incr(String name, double by, String... tags) {
		}

		@Override
		public void set(String name, double value, String... tags) {
		}

		@Override
		public void record(String name, double value, String... tags) {
		}

		@Override
		public Timing timer(String name, String... tags) {
			return Timing.NONE;
		}

	}

	private enum NoopLedger implements Ledger, Ledger.Incidents {

		INSTANCE;

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
