package dev.cairn.spring.web.request;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * The visits of visitors. A visit ends when its visitor was inactive for some time, after
 * 24 hours, and at midnight (UTC) if pseudonyms are daily. The number is bounded: if
 * there are too many, the visitors that were inactive for longest begin another visit
 * when they return. Thread-safe.
 */
final class Visits {

	private static final long LONGEST = Duration.ofHours(24).toMillis();

	private final long timeout;

	private final boolean daily;

	private final UnaryOperator<String> hash;

	private final InstantSource clock;

	private final RecentValues<Visit> visits;

	/**
	 * Creates an object without visits.
	 * @param timeout the time without a request after which a visit ends
	 * @param daily whether all visits end at midnight
	 * @param maximum the maximum number of visits
	 * @param hash the keyed hash
	 * @param clock the time
	 * @param full is called when visits end early
	 */
	Visits(Duration timeout, boolean daily, int maximum, UnaryOperator<String> hash, InstantSource clock,
			Runnable full) {
		this.timeout = timeout.toMillis();
		this.daily = daily;
		this.hash = hash;
		this.clock = clock;
		this.visits = new RecentValues<>(maximum, full);
	}

	/** Returns the visit that a visitor makes now. */
	Visit of(String visitor) {
		long now = this.clock.millis();
		return this.visits.change(visitor, (known) -> {
			if (known == null || isOver(known, now)) {
				return new Visit(this.hash.apply("visit\n" + now + '\n' + visitor), now);
			}
			known.last = now;
			return known;
		});
	}

	/**
	 * Returns the visit within a session of the application, whose id is not published.
	 */
	Visit ofSession(String session) {
		long now = this.clock.millis();
		String id = this.hash.apply("session\n" + (this.daily ? day(now) : "") + '\n' + session);
		return this.visits.change(id, (known) -> (known != null) ? known : new Visit(id, now));
	}

	private boolean isOver(Visit visit, long now) {
		return now - visit.last > this.timeout || now - visit.start >= LONGEST
				|| (this.daily && day(now) != day(visit.start));
	}

	static long day(long millis) {
		return TimeUnit.MILLISECONDS.toDays(millis);
	}

	/**
	 * A visit, and what is bound to it.
	 */
	static final class Visit {

		final String id;

		private final long start;

		private volatile long last;

		final Map<String, Object> bound = new ConcurrentHashMap<>(2);

		volatile @Nullable String user;

		Visit(String id, long start) {
			this.id = id;
			this.start = start;
			this.last = start;
		}

	}

}
