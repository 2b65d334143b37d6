package dev.cairn.collector;

import org.jspecify.annotations.Nullable;

/**
 * A message, or a request as a whole, is refused.
 */
final class RefusedException extends Exception {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final @Nullable String field;

	private RefusedException(int status, @Nullable String field, String reason) {
		super(reason, null, false, false);
		this.status = status;
		this.field = field;
	}

	/**
	 * Refuses a request.
	 * @param status the status of the response
	 * @param reason the reason
	 */
	RefusedException(int status, String reason) {
		this(status, null, reason);
	}

	/**
	 * Refuses a message.
	 * @param field the property of the envelope, or {@code null} for the message itself
	 * @param reason the reason
	 */
	RefusedException(@Nullable String field, String reason) {
		this(400, field, reason);
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

}
