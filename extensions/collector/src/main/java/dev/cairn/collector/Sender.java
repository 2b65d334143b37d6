package dev.cairn.collector;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as far as it is known.
 *
 * @param key the key
 * @param receivedAt when the request was received
 * @param skew how far the clock of this process is ahead of that of the sender;
 * {@code null} if it is not known
 */
record Sender(CollectorKey key, Instant receivedAt, @Nullable Duration skew) {
}
