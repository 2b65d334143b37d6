package dev.cairn.spring.points;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an {@code @PublishEvent} annotation is invalid. Fails the start.
 */
final class InvalidEventException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String method;

	private final String part;

	private final String value;

	private final String reason;

	/**
	 * Creates an exception.
	 * @param method the class and the method
	 * @param part the attribute of the annotation
	 * @param value the value of the attribute
	 * @param reason the mistake, and the remedy
	 * @param cause the cause
	 */
	InvalidEventException(String method, String part, String value, String reason, @Nullable Throwable cause) {
		super("@PublishEvent on %s: %s '%s' is invalid: %s".formatted(method, part, value, reason), cause);
		this.method = method;
		this.part = part;
		this.value = value;
		this.reason = reason;
	}

	String method() {
		return this.method;
	}

	String part() {
		return this.part;
	}

	String value() {
		return this.value;
	}

	String reason() {
		return this.reason;
	}

}
