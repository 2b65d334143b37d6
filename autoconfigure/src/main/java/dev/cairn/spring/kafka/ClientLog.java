package dev.cairn.spring.kafka;

import java.time.Duration;

import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * The last problem that the client of Cairn's producer has logged. Thread-safe.
 */
final class ClientLog {

	private static final long VALID_NANOS = Duration.ofSeconds(30).toNanos();

	/** Follows each of the others, with less detail. */
	private static final String DISCONNECTED = "Bootstrap broker";

	private volatile @Nullable Problem problem;

	void note(String text) {
		if (last() == null || !text.contains(DISCONNECTED)) {
			// Begins with the name of the client
			this.problem = new Problem(text.substring(text.indexOf("] ") + 1).strip(), System.nanoTime());
		}
	}

	/** Returns the problem, {@code null} if there was none lately. */
	@Nullable String last() {
		Problem last = this.problem;
		return (last != null && System.nanoTime() - last.at() < VALID_NANOS) ? Redactor.DEFAULT.redact(last.text())
				: null;
	}

	private record Problem(String text, long at) {
	}

}
