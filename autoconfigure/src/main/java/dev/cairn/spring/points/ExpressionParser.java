package dev.cairn.spring.points;

import java.util.LinkedHashMap;
import java.util.Map;

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
 * Parses expressions in the Spring Expression Language and limits them to reading values.
 * They reach no types, constructors or beans and change nothing, since the configuration
 * may be changed while the application runs. Thread-safe.
 */
final class ExpressionParser {

	/**
	 * Without the compiler: a compilation takes milliseconds of a caller's time, and is
	 * discarded whenever a value has another class.
	 */
	private final SpelExpressionParser parser = new SpelExpressionParser(
			new SpelParserConfiguration(SpelCompilerMode.OFF, null));

	private final boolean methodCalls;

	private final SimpleEvaluationContext.Builder permissions;

	ExpressionParser(boolean methodCalls) {
		this.methodCalls = methodCalls;
		this.permissions = methodCalls
				? SimpleEvaluationContext.forPropertyAccessors(DataBindingPropertyAccessor.forReadOnlyAccess())
					.withInstanceMethods()
					.withAssignmentDisabled()
				: SimpleEvaluationContext.forPropertyAccessors(new ReadableProperties()).withAssignmentDisabled();
	}

	/**
	 * Parses an expression.
	 * @throws InvalidExpressionException if the expression is malformed or not permitted
	 */
	Expression parse(String part, String text) {
		Parsing parsing = new Parsing(part, text);
		SpelExpression parsed = parsing.parse();
		parsing.visit(parsed.getAST(), false);
		return new Expression(part, text, parsed, Map.copyOf(parsing.variables), this.permissions);
	}

	private final class Parsing {

		private final String part;

		private final String text;

		private final Map<String, Integer> variables = new LinkedHashMap<>();

		Parsing(String part, String text) {
			this.part = part;
			this.text = text;
		}

		SpelExpression parse() {
			if (this.text.isBlank()) {
				throw refused(0, "it is empty");
			}
			try {
				return ExpressionParser.this.parser.parseRaw(this.text);
			}
			catch (ParseException ex) {
				throw refused(Math.max(0, ex.getPosition()), ex.getSimpleMessage());
			}
			catch (IllegalStateException ex) {
				throw refused(0, String.valueOf(ex.getMessage()));
			}
		}

		/**
		 * Visits a part of the expression.
		 * @param node the part
		 * @param hasSubject whether there is an object that a name can be a property of
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
						+ "' is not a property of anything; write variables with a #, such as #" + property.getName());
			}
			else if (node instanceof MethodReference method && !ExpressionParser.this.methodCalls) {
				throw refused(node.getStartPosition(), "the method " + method.getName()
						+ " must not be called; read properties instead, such as size for size() and id for getId(), "
						+ "or set cairn.events.method-calls=true");
			}
			else if (node instanceof TypeReference || node instanceof ConstructorReference
					|| node instanceof BeanReference || node instanceof FunctionReference) {
				throw refused(node.getStartPosition(), "types, constructors, functions and beans are not available; "
						+ "only #target, the bean itself, is");
			}
			else if (node instanceof Assign || node instanceof OpInc || node instanceof OpDec) {
				throw refused(node.getStartPosition(), "it would change a value; compare with ==");
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
