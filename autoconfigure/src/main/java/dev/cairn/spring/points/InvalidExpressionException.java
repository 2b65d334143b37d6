package dev.cairn.spring.points;

/**
 * An expression of a point cannot be used.
 */
final class InvalidExpressionException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String part;

	private final String expression;

	private final String reason;

	/**
	 * Create an exception.
	 * @param part which expression it is: {@code condition}, or {@code fields.<name>}
	 * @param expression its text
	 * @param position where it is wrong, counted from 0
	 * @param reason what is wrong, and what to do
	 */
	InvalidExpressionException(String part, String expression, int position, String reason) {
		super(part + " '" + expression + "' is refused: " + at(position, reason));
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
