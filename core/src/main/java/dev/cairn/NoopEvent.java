package dev.cairn;

import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * An event whose methods have no effect.
 */
final class NoopEvent implements Event {

	static final NoopEvent INSTANCE = new NoopEvent();

	private NoopEvent() {
	}

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

}
