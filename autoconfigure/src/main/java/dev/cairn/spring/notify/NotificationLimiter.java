package dev.cairn.spring.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import dev.cairn.spring.notify.Notification.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often people are notified: once for the same key within a time, and a
 * maximum number per hour. An hour begins with its first notification. Thread-safe.
 */
final class NotificationLimiter {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final int MAX_KEYS = 1000;

	private final int maxPerHour;

	private final Duration repeatAfter;

	/** When each key was admitted, the oldest first. */
	private final Map<String, Instant> admitted = new LinkedHashMap<>();

	private final Map<Kind, Integer> suppressed = new EnumMap<>(Kind.class);

	private Instant hourStart = Instant.MIN;

	private int inHour;

	NotificationLimiter(int maxPerHour, Duration repeatAfter) {
		this.maxPerHour = maxPerHour;
		this.repeatAfter = repeatAfter;
	}

	synchronized boolean admit(Alert alert, Instant now) {
		Instant last = this.admitted.get(alert.key());
		if (last != null && now.isBefore(last.plus(this.repeatAfter))) {
			return false;
		}
		if (this.hourStart.equals(Instant.MIN) || isHourOver(now)) {
			this.hourStart = now;
			this.inHour = 0;
		}
		if (this.inHour >= this.maxPerHour) {
			this.suppressed.merge(alert.kind(), 1, Integer::sum);
			return false;
		}
		this.inHour++;
		this.admitted.remove(alert.key());
		this.admitted.put(alert.key(), now);
		if (this.admitted.size() > MAX_KEYS) {
			this.admitted.remove(this.admitted.keySet().iterator().next());
		}
		return true;
	}

	private boolean isHourOver(Instant now) {
		return !now.isBefore(this.hourStart.plus(HOUR));
	}

	/** Returns the summary of an hour that is over, which is not limited. */
	synchronized @Nullable Alert summaryOfLastHour(Instant now) {
		return (!this.suppressed.isEmpty() && isHourOver(now)) ? summary() : null;
	}

	/** Returns the summary of what was not sent, {@code null} if there is nothing. */
	synchronized @Nullable Alert summary() {
		if (this.suppressed.isEmpty()) {
			return null;
		}
		int total = this.suppressed.values().stream().mapToInt(Integer::intValue).sum();
		String kinds = this.suppressed.entrySet()
			.stream()
			.map((entry) -> entry.getKey().wireName() + ": " + entry.getValue())
			.collect(Collectors.joining("\n"));
		this.suppressed.clear();
		return Alert.of("hour", Kind.SUMMARY, total + " further notifications",
				"They exceed the maximum of " + this.maxPerHour + " per hour.\n" + kinds, total);
	}

}
