package dev.cairn.spring.points;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

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
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * A parsed expression: the condition of a point, or the value of a field. Immutable.
 *
 * @param part the part of the point: {@code condition}, or {@code fields.<name>}
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
				throw InvalidPointException.at(position, this.part, this.text, "the variable #" + name
						+ " is not available in " + signature.describe() + "; available are " + signature.variables());
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

	/**
	 * Parses expressions in the Spring Expression Language and limits them to reading
	 * values. They reach no types, constructors or beans and change nothing, since the
	 * configuration may be changed while the application runs. Thread-safe.
	 */
	static final class Parser {

		/**
		 * Without the compiler: a compilation takes milliseconds of a caller's time, and
		 * is discarded whenever a value has another class.
		 */
		private final SpelExpressionParser parser = new SpelExpressionParser(
				new SpelParserConfiguration(SpelCompilerMode.OFF, null));

		private final boolean methodCalls;

		private final SimpleEvaluationContext.Builder permissions;

		Parser(boolean methodCalls) {
			this.methodCalls = methodCalls;
			this.permissions = methodCalls
					? SimpleEvaluationContext.forPropertyAccessors(DataBindingPropertyAccessor.forReadOnlyAccess())
						.withInstanceMethods()
						.withAssignmentDisabled()
					: SimpleEvaluationContext.forPropertyAccessors(new ReadableProperties()).withAssignmentDisabled();
		}

		/**
		 * Parses an expression.
		 * @throws InvalidPointException if the expression is malformed or not permitted
		 */
		Expression parse(String part, String text) {
			try {
				if (text.isBlank()) {
					throw new ParseException(0, "the expression is empty");
				}
				SpelExpression parsed = this.parser.parseRaw(text);
				Map<String, Integer> variables = new LinkedHashMap<>();
				visit(parsed.getAST(), false, variables);
				return new Expression(part, text, parsed, Map.copyOf(variables), this.permissions);
			}
			catch (ParseException ex) {
				throw InvalidPointException.at(Math.max(0, ex.getPosition()), part, text, ex.getSimpleMessage());
			}
			catch (IllegalStateException ex) {
				throw InvalidPointException.at(0, part, text, String.valueOf(ex.getMessage()));
			}
		}

		/**
		 * Visits a part of an expression.
		 * @param node the part
		 * @param hasSubject whether there is an object that a name can be a property of
		 * @param variables collects the variables
		 */
		private void visit(SpelNode node, boolean hasSubject, Map<String, Integer> variables) {
			String reason = reasonToReject(node, hasSubject);
			if (reason != null) {
				throw new ParseException(node.getStartPosition(), reason);
			}
			if (node instanceof VariableReference variable) {
				String name = variable.toStringAST().substring(1);
				if (!"this".equals(name) && !"root".equals(name)) {
					variables.putIfAbsent(name, variable.getStartPosition());
				}
			}
			boolean elements = node instanceof Projection || node instanceof Selection || node instanceof Indexer
					|| node instanceof InlineMap;
			for (int i = 0; i < node.getChildCount(); i++) {
				visit(node.getChild(i), hasSubject || elements || (node instanceof CompoundExpression && i > 0),
						variables);
			}
		}

		private @Nullable String reasonToReject(SpelNode node, boolean hasSubject) {
			if (node instanceof PropertyOrFieldReference property && !hasSubject) {
				return "'" + property.getName() + "' is not a variable; prefix variables with #, such as #"
						+ property.getName();
			}
			if (node instanceof MethodReference method && !this.methodCalls) {
				return "the method " + method.getName()
						+ " must not be called; read properties instead, such as size for size() and id for getId(), "
						+ "or set cairn.events.method-calls=true";
			}
			if (node instanceof TypeReference || node instanceof ConstructorReference || node instanceof BeanReference
					|| node instanceof FunctionReference) {
				return "types, constructors, functions and other beans are not available; use #target for the bean";
			}
			if (node instanceof Assign || node instanceof OpInc || node instanceof OpDec) {
				return "assignments are not allowed; compare with ==";
			}
			return null;
		}

	}

	/**
	 * Gives expressions access to getters, components of records, public fields and the
	 * number of elements. Other methods without parameters are not properties, since they
	 * may have side effects.
	 */
	private static final class ReadableProperties extends ReflectivePropertyAccessor {

		/** Methods of JDK classes that have no getter. */
		private static final Set<String> HARMLESS = Set.of("size", "length", "name");

		private static final Pattern GETTER = Pattern.compile("(get|is)[^\\p{javaLowerCase}].*");

		ReadableProperties() {
			super(false);
		}

		@Override
		protected boolean isCandidateForProperty(Method method, Class<?> type) {
			Class<?> owner = method.getDeclaringClass();
			return owner != Object.class && owner != Class.class && !ClassLoader.class.isAssignableFrom(type)
					&& !Modifier.isStatic(method.getModifiers()) && method.getReturnType() != void.class
					&& (GETTER.matcher(method.getName()).matches() || isComponent(method.getName(), owner)
							|| (owner.getName().startsWith("java.") && HARMLESS.contains(method.getName())));
		}

		private static boolean isComponent(String name, Class<?> owner) {
			return owner.isRecord()
					&& Stream.of(owner.getRecordComponents()).anyMatch((component) -> component.getName().equals(name));
		}

	}

}
