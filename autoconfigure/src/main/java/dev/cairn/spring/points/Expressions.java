package dev.cairn.spring.points;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.DataBindingPropertyAccessor;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * Reads expressions in Spring's language, and says what they may do: read values. They
 * know no types, no constructors and no beans, and change nothing, since the
 * configuration, from where they come, may be changed while the service runs.
 * Thread-safe.
 */
final class Expressions {

	/**
	 * Not compiled: a compilation takes milliseconds of a caller's time, and is undone by
	 * every value of another class.
	 */
	private final SpelExpressionParser parser = new SpelExpressionParser(
			new SpelParserConfiguration(SpelCompilerMode.OFF, null));

	private final boolean methodCalls;

	private final EvaluationContext permitted;

	/**
	 * Create a reader.
	 * @param methodCalls whether expressions may call methods of what they read
	 */
	Expressions(boolean methodCalls) {
		this.methodCalls = methodCalls;
		this.permitted = methodCalls
				? SimpleEvaluationContext.forPropertyAccessors(DataBindingPropertyAccessor.forReadOnlyAccess())
					.withInstanceMethods()
					.withAssignmentDisabled()
					.build()
				: SimpleEvaluationContext.forPropertyAccessors(new ReadableProperties())
					.withAssignmentDisabled()
					.build();
	}

	/** Return what is permitted to all of them. */
	EvaluationContext permitted() {
		return this.permitted;
	}

	/**
	 * Read an expression.
	 * @param part which one of its point it is
	 * @param text how it is written
	 * @throws InvalidExpressionException when it cannot be read, or may not be used
	 */
	Expression read(String part, String text) {
		Reading reading = new Reading(part, text);
		SpelExpression parsed = reading.parse();
		reading.visit(parsed.getAST(), false);
		return new Expression(part, text, parsed, Map.copyOf(reading.variables));
	}

	private final class Reading {

		private final String part;

		private final String text;

		private final Map<String, Integer> variables = new LinkedHashMap<>();

		Reading(String part, String text) {
			this.part = part;
			this.text = text;
		}

		SpelExpression parse() {
			if (this.text.isBlank()) {
				throw refused(0, "it is empty");
			}
			try {
				return Expressions.this.parser.parseRaw(this.text);
			}
			catch (ParseException ex) {
				throw refused(Math.max(0, ex.getPosition()), ex.getSimpleMessage());
			}
			catch (IllegalStateException ex) {
				throw refused(0, String.valueOf(ex.getMessage()));
			}
		}

		/**
		 * Look at a part of the expression.
		 * @param hasSubject whether there is something whose property a name can be
		 */
		void visit(SpelNode node, boolean hasSubject) {
			check(node, hasSubject);
			boolean elements = node instanceof Projection || node instanceof Selection || node instanceof Indexer
					|| node instanceof InlineMap;
			for (int i = 0; i < node.getChildCount(); i++) {
				visit(node.getChild(i), hasSubject || elements || (node instanceof CompoundExpression && i > 0));
			}
		}

		private void check(SpelNode node, boolean hasSubject) {
			if (node instanceof VariableReference variable) {
				note(variable);
			}
			else if (node instanceof PropertyOrFieldReference property && !hasSubject) {
				throw refused(node.getStartPosition(), "'" + property.getName()
						+ "' is a property of nothing; variables are written with a #, such as #" + property.getName());
			}
			else if (node instanceof MethodReference method && !Expressions.this.methodCalls) {
				throw refused(node.getStartPosition(), "the method " + method.getName()
						+ " is not called; read properties instead, such as size for size() and id for getId(), "
						+ "or set cairn.events.method-calls=true");
			}
			else if (node instanceof TypeReference || node instanceof ConstructorReference
					|| node instanceof BeanReference || node instanceof FunctionReference) {
				throw refused(node.getStartPosition(), "types, constructors, functions and beans are out of reach; "
						+ "only #target, the bean itself, is not");
			}
			else if (node instanceof Assign || node instanceof OpInc || node instanceof OpDec) {
				throw refused(node.getStartPosition(), "it would change something; compare with ==");
			}
		}

		private void note(VariableReference variable) {
			String name = variable.toStringAST().substring(1);
			if (!"this".equals(name) && !"root".equals(name)) {
				this.variables.putIfAbsent(name, variable.getStartPosition());
			}
		}

		private InvalidExpressionException refused(int position, String reason) {
			return new InvalidExpressionException(this.part, this.text, position, reason);
		}

	}

}
