package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;

/**
 * How time is divided, in UTC.
 */
public enum Period {

	/** The last 60 minutes. */
	MINUTE(Duration.ofMinutes(1), 60),

	/** The last 24 hours. */
	HOUR(Duration.ofHours(1), 24),

	/** The last 7 days. */
	DAY(Duration.ofDays(1), 7);

	private final long seconds;

	private final int kept;

	Period(Duration length, int kept) {
		this.seconds = length.toSeconds();
		this.kept = kept;
	}

	long indexOf(Instant time) {
		return Math.floorDiv(time.getEpochSecond(), this.seconds);
	}

	Instant startOf(long index) {
		return Instant.ofEpochSecond(index * this.seconds);
	}

	/** Return the first that is still kept when this is the last. */
	long firstKept(long index) {
		return index - this.kept + 1;
	}

}
