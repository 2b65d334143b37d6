package dev.cairn.spring.points;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.ParseException;

/**
 * Thrown when a part of a point is invalid: an attribute of an annotation, a property, or
 * a change at run time.
 */
final class InvalidPointException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String part;

	private final String value;

	private final String reason;

	InvalidPointException(String part, @Nullable Object value, String reason) {
		super(part + " '" + value + "' is invalid: " + reason);
		this.part = part;
		this.value = (value != null) ? value.toString() : "";
		this.reason = reason;
	}

	/** Creates an exception for a mistake in an expression. */
	static InvalidPointException of(String part, String expression, ParseException mistake) {
		return new InvalidPointException(part, expression,
				"at position " + (Math.max(0, mistake.getPosition()) + 1) + ": " + mistake.getSimpleMessage());
	}

	/** Runs a check, and names the part that it rejects. */
	static void check(String part, Object value, Runnable check) {
		try {
			check.run();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidPointException(part, value, String.valueOf(ex.getMessage()));
		}
	}

	/** Returns the part, such as {@code condition} or {@code fields.<name>}. */
	String part() {
		return this.part;
	}

	String value() {
		return this.value;
	}

	/** Returns the mistake and the remedy. */
	String reason() {
		return this.reason;
	}

}
