package dev.cairn.spring.points;

import org.jspecify.annotations.Nullable;

/**
 * An {@code @PublishEvent} cannot be served. Fails the start.
 */
public final class InvalidEventException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String method;

	private final String part;

	private final String value;

	private final String reason;

	/**
	 * Create an exception.
	 * @param method class and method
	 * @param part which part of the annotation it is
	 * @param value what it says
	 * @param reason what is wrong, and what to do
	 * @param cause what refused it
	 */
	InvalidEventException(String method, String part, String value, String reason, @Nullable Throwable cause) {
		super("@PublishEvent on %s: %s '%s' is refused: %s".formatted(method, part, value, reason), cause);
		this.method = method;
		this.part = part;
		this.value = value;
		this.reason = reason;
	}

	/**
	 * Return where the annotation is.
	 * @return class and method
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Return which part of the annotation is wrong.
	 * @return its name
	 */
	public String part() {
		return this.part;
	}

	/**
	 * Return what it says.
	 * @return the value
	 */
	public String value() {
		return this.value;
	}

	/**
	 * Return what is wrong with it, and what to do.
	 * @return a sentence
	 */
	public String reason() {
		return this.reason;
	}

}
