package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that only moves when it is told to.
 */
final class MutableClock implements InstantSource {

	private volatile Instant now = Instant.parse("2026-03-01T10:00:00Z");

	@Override
	public Instant instant() {
		return this.now;
	}

	Instant plus(Duration time) {
		this.now = this.now.plus(time);
		return this.now;
	}

}
