package dev.cairn.spring.points;

/**
 * Thrown when an expression of a point is invalid.
 */
final class InvalidExpressionException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String part;

	private final String expression;

	private final String reason;

	/**
	 * Creates an exception.
	 * @param part the part of the point: {@code condition}, or {@code fields.<name>}
	 * @param expression its text
	 * @param position the position of the mistake, counted from 0
	 * @param reason the mistake, and the remedy
	 */
	InvalidExpressionException(String part, String expression, int position, String reason) {
		super(part + " '" + expression + "' is invalid: " + at(position, reason));
		this.part = part;
		this.expression = expression;
		this.reason = at(position, reason);
	}

	private static String at(int position, String reason) {
		return "at position " + (position + 1) + ": " + reason;
	}

	String part() {
		return this.part;
	}

	String expression() {
		return this.expression;
	}

	String reason() {
		return this.reason;
	}

}
