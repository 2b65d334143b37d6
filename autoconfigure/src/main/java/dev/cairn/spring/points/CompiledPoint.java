package dev.cairn.spring.points;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A point whose expressions have been read. Immutable.
 *
 * @param point what it was made of
 * @param condition its condition
 * @param names the names of its fields
 * @param values their expressions, in the same order
 */
record CompiledPoint(Point point, @Nullable Expression condition, List<String> names, List<Expression> values) {

	/**
	 * Read the expressions of a point.
	 * @throws InvalidExpressionException when one is refused
	 */
	static CompiledPoint of(Point point, Expressions expressions) {
		List<String> names = new ArrayList<>();
		List<Expression> values = new ArrayList<>();
		for (Map.Entry<String, String> field : point.fields().entrySet()) {
			names.add(field.getKey());
			values.add(expressions.read("fields." + field.getKey(), field.getValue()));
		}
		Expression condition = (point.condition() != null) ? expressions.read("condition", point.condition()) : null;
		return new CompiledPoint(point, condition, List.copyOf(names), List.copyOf(values));
	}

	/**
	 * Check that a method has all the variables.
	 * @throws InvalidExpressionException when it lacks one
	 */
	void check(Signature signature) {
		if (this.condition != null) {
			this.condition.check(signature);
		}
		this.values.forEach((value) -> value.check(signature));
	}

}
