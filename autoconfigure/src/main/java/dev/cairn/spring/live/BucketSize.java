package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;

/**
 * The size of the buckets that events are counted in. Buckets are aligned in UTC.
 */
enum BucketSize {

	/** A minute, for the last 60 minutes. */
	MINUTE(Duration.ofMinutes(1), 60),

	/** An hour, for the last 24 hours. */
	HOUR(Duration.ofHours(1), 24),

	/** A day, for the last 7 days. */
	DAY(Duration.ofDays(1), 7);

	private final long seconds;

	private final int retained;

	BucketSize(Duration length, int retained) {
		this.seconds = length.toSeconds();
		this.retained = retained;
	}

	long indexOf(Instant time) {
		return Math.floorDiv(time.getEpochSecond(), this.seconds);
	}

	Instant startOf(long index) {
		return Instant.ofEpochSecond(index * this.seconds);
	}

	/** Returns the first bucket that is retained at a time. */
	long firstRetained(Instant now) {
		return indexOf(now) - this.retained + 1;
	}

}
