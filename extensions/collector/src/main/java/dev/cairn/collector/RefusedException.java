package dev.cairn.collector;

import dev.cairn.Ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * A message, or a request as a whole, is refused.
 */
final class RefusedException extends Exception {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final @Nullable String field;

	private final DropReason drop;

	private final int retryAfter;

	private RefusedException(int status, @Nullable String field, String reason, DropReason drop, int retryAfter) {
		super(reason, null, false, false);
		this.status = status;
		this.field = field;
		this.drop = drop;
		this.retryAfter = retryAfter;
	}

	/**
	 * Refuses a request for good.
	 * @param status the status of the response
	 * @param reason the reason
	 */
	RefusedException(int status, String reason) {
		this(status, null, reason, DropReason.REFUSED, 0);
	}

	/**
	 * Refuses a message for good.
	 * @param field the property of the envelope, or {@code null} for the message itself
	 * @param reason the reason
	 */
	RefusedException(@Nullable String field, String reason) {
		this(400, field, reason, DropReason.REFUSED, 0);
	}

	/** The same request may succeed later. */
	static RefusedException forNow(int status, String reason, DropReason drop, int retryAfter) {
		return new RefusedException(status, null, reason, drop, retryAfter);
	}

	int status() {
		return this.status;
	}

	@Nullable String field() {
		return this.field;
	}

	String reason() {
		return String.valueOf(getMessage());
	}

	/** Returns the reason as the ledger counts it. */
	DropReason drop() {
		return this.drop;
	}

	/** Returns the seconds after which to try again; 0 for never. */
	int retryAfter() {
		return this.retryAfter;
	}

}
