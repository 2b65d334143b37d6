package dev.cairn.collector;

import dev.cairn.Ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The answer for one message.
 *
 * @param outcome the outcome
 * @param id the id of the message, or {@code null} without one
 * @param field the property of the envelope that is wrong, or {@code null}
 * @param reason the reason for a refusal, or {@code null}
 * @param drop the reason as the ledger counts it; {@code null} if it is accepted
 */
record Verdict(Outcome outcome, @Nullable String id, @Nullable String field, @Nullable String reason,
		@Nullable DropReason drop) {

	static Verdict accepted(String id) {
		return new Verdict(Outcome.ACCEPTED, id, null, null, null);
	}

	static Verdict refused(@Nullable String id, RefusedException refusal) {
		return new Verdict(Outcome.REFUSED, id, refusal.field(), refusal.reason(), refusal.drop());
	}

	static Verdict unavailable(String id, String reason, DropReason drop) {
		return new Verdict(Outcome.UNAVAILABLE, id, null, reason, drop);
	}

	/**
	 * The outcome for a message.
	 */
	enum Outcome {

		/** It is stored, now or before. */
		ACCEPTED,
		/** It will not be accepted. */
		REFUSED,
		/** It may be accepted later. */
		UNAVAILABLE

	}

}
