package dev.cairn.spring.points;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.standard.SpelExpression;

/**
 * An expression that can be evaluated. Immutable.
 *
 * @param part which one of its point it is: {@code condition}, or {@code fields.<name>}
 * @param text how it is written
 * @param parsed what it means
 * @param variables the positions of its variables by their names
 */
record Expression(String part, String text, SpelExpression parsed, Map<String, Integer> variables) {

	/**
	 * Check that a method has all the variables.
	 * @throws InvalidExpressionException when it lacks one
	 */
	void check(Signature signature) {
		this.variables.forEach((name, position) -> {
			if (!Call.isOwn(name) && !signature.knows(name)) {
				throw new InvalidExpressionException(this.part, this.text, position, "there is no #" + name + " in "
						+ signature.describe() + ", but there are " + signature.variables());
			}
		});
	}

	/** Whether it speaks of what this end of a call does not have. */
	boolean isBeside(Call call) {
		return call.hasThrown() ? this.variables.containsKey(Call.RESULT)
				: this.variables.containsKey(Call.EXCEPTION) || this.variables.containsKey(Call.ERROR_TYPE);
	}

	@Nullable Object evaluate(Call call) {
		return this.parsed.getValue(call);
	}

}
