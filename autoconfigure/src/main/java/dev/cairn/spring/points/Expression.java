package dev.cairn.spring.points;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * A parsed expression. Immutable.
 *
 * @param part the part of the point that it is: {@code condition}, or
 * {@code fields.<name>}
 * @param text its text
 * @param parsed the parsed text
 * @param variables the positions of its variables, by name
 * @param permissions creates contexts that grant what expressions may do
 */
record Expression(String part, String text, SpelExpression parsed, Map<String, Integer> variables,
		SimpleEvaluationContext.Builder permissions) {

	/** Checks that a method has all variables. */
	void check(Signature signature) {
		this.variables.forEach((name, position) -> {
			if (!Call.VARIABLES.contains(name) && !signature.hasArgument(name)) {
				throw InvalidPointException.at(position, this.part, this.text, "there is no #" + name + " in "
						+ signature.describe() + ", but there are " + signature.variables());
			}
		});
	}

	/**
	 * Returns whether the expression has a value for the end of a call: there is no
	 * result after an exception, and no exception after a result.
	 */
	boolean isApplicable(Call call) {
		return call.hasThrown() ? !this.variables.containsKey(Call.RESULT)
				: !this.variables.containsKey(Call.EXCEPTION) && !this.variables.containsKey(Call.ERROR_TYPE);
	}

	@Nullable Object evaluate(Call call) {
		SimpleEvaluationContext context = this.permissions.build();
		for (String name : this.variables.keySet()) {
			context.setVariable(name, call.variable(name));
		}
		return this.parsed.getValue(context, call.target());
	}

}
