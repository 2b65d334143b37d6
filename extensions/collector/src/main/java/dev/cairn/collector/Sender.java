package dev.cairn.collector;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The sender of a request, as far as it is known.
 *
 * @param key the key
 * @param receivedAt when the request was received
 * @param skew how far the clock of this process is ahead of that of the sender;
 * {@code null} if it is not known
 * @param page whether it is a page, which everybody can imitate
 * @param visitor the fields of the visitor of the page
 */
record Sender(CollectorKey key, Instant receivedAt, @Nullable Duration skew, boolean page,
		Map<String, Object> visitor) {

	/** Creates a sender that is no page. */
	Sender(CollectorKey key, Instant receivedAt, @Nullable Duration skew) {
		this(key, receivedAt, skew, false, Map.of());
	}

}
