package dev.cairn.spring.points;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A definition whose expressions have been parsed. Immutable.
 *
 * @param version the version of the settings that it has been compiled for
 * @param definition the definition
 * @param condition the condition
 * @param fields the names and the expressions of the fields
 */
record CompiledPoint(long version, Points.Definition definition, @Nullable Expression condition, List<Field> fields) {

	/**
	 * Parses the expressions of a definition.
	 * @throws InvalidExpressionException if an expression is invalid
	 */
	static CompiledPoint of(long version, Points.Definition definition, ExpressionParser parser) {
		List<Field> fields = new ArrayList<>();
		for (Map.Entry<String, String> field : definition.fields().entrySet()) {
			fields.add(new Field(field.getKey(), parser.parse("fields." + field.getKey(), field.getValue())));
		}
		String condition = definition.condition();
		return new CompiledPoint(version, definition, (condition != null) ? parser.parse("condition", condition) : null,
				List.copyOf(fields));
	}

	CompiledPoint withVersion(long version) {
		return new CompiledPoint(version, this.definition, this.condition, this.fields);
	}

	/**
	 * Checks that a method has all variables.
	 * @throws InvalidExpressionException if a variable is missing
	 */
	void check(Signature signature) {
		if (this.condition != null) {
			this.condition.check(signature);
		}
		this.fields.forEach((field) -> field.value().check(signature));
	}

	/**
	 * A field of the event.
	 *
	 * @param name the name of the field
	 * @param value the expression of its value
	 */
	record Field(String name, Expression value) {
	}

}
