package dev.cairn.spring.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.env.Environment;
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
 * A parsed expression over the variables of a call. Immutable.
 */
public final class Expression {

	private final String text;

	private final SpelExpression parsed;

	/** The positions of the variables, by name. */
	private final Map<String, Integer> variables;

	/** Creates contexts that grant what expressions may do. */
	private final SimpleEvaluationContext.Builder permissions;

	private Expression(String text, SpelExpression parsed, Map<String, Integer> variables,
			SimpleEvaluationContext.Builder permissions) {
		this.text = text;
		this.parsed = parsed;
		this.variables = variables;
		this.permissions = permissions;
	}

	/**
	 * Splits a text of the form {@code name = expression}.
	 * @param declaration the text
	 * @return the name and the text of the expression
	 * @throws IllegalArgumentException if it has another form
	 */
	public static Map.Entry<String, String> named(String declaration) {
		int separator = declaration.indexOf('=');
		String name = (separator > 0) ? declaration.substring(0, separator).trim() : "";
		if (name.isEmpty() || declaration.startsWith("==", separator)) {
			throw new IllegalArgumentException("Use the form 'name = expression', such as 'order_id = #order.id'.");
		}
		return Map.entry(name, declaration.substring(separator + 1).trim());
	}

	/**
	 * Returns the variables of the arguments of a method.
	 * @param method the method
	 * @return the positions by the names, which may be unknown, and as {@code a0} and
	 * {@code p0}
	 */
	public static Map<String, Integer> arguments(Method method) {
		@Nullable String[] names = new DefaultParameterNameDiscoverer().getParameterNames(method);
		Map<String, Integer> arguments = new LinkedHashMap<>();
		for (int i = 0; i < Calls.parameterCount(method); i++) {
			String name = (names != null) ? names[i] : null;
			if (name != null) {
				arguments.put(name, i);
			}
			arguments.putIfAbsent("a" + i, i);
			arguments.putIfAbsent("p" + i, i);
		}
		return arguments;
	}

	public String text() {
		return this.text;
	}

	public boolean uses(String variable) {
		return this.variables.containsKey(variable);
	}

	/**
	 * Checks that all variables are available.
	 * @param isAvailable whether a variable is available
	 * @param where where it has to be, and which others are
	 * @throws ParseException if one is not
	 */
	public void check(Predicate<String> isAvailable, Supplier<String> where) {
		this.variables.forEach((name, position) -> {
			if (!isAvailable.test(name)) {
				throw new ParseException(position, "the variable #" + name + " is not available in " + where.get());
			}
		});
	}

	/**
	 * Evaluates the expression.
	 * @param variable returns the value of a variable
	 * @param target the object of the call
	 * @return the value
	 * @throws RuntimeException if it cannot be evaluated
	 */
	public @Nullable Object evaluate(Function<String, @Nullable Object> variable, @Nullable Object target) {
		SimpleEvaluationContext context = this.permissions.build();
		for (String name : this.variables.keySet()) {
			context.setVariable(name, variable.apply(name));
		}
		return this.parsed.getValue(context, target);
	}

	/**
	 * Parses expressions in the Spring Expression Language and limits them to reading
	 * values. They reach no types, constructors or beans and change nothing, since the
	 * configuration may be changed while the application runs. Thread-safe.
	 */
	public static final class Parser {

		/**
		 * Without the compiler: a compilation takes milliseconds of a caller's time, and
		 * is discarded whenever a value has another class.
		 */
		private final SpelExpressionParser parser = new SpelExpressionParser(
				new SpelParserConfiguration(SpelCompilerMode.OFF, null));

		private final boolean methodCalls;

		private final SimpleEvaluationContext.Builder permissions;

		/**
		 * Creates a parser with the configuration of the application.
		 * @param environment has {@code cairn.events.method-calls}
		 * @return the parser
		 */
		public static Parser of(Environment environment) {
			return new Parser(environment.getProperty("cairn.events.method-calls", Boolean.class, false));
		}

		/**
		 * Creates a parser.
		 * @param methodCalls whether expressions may call methods
		 */
		public Parser(boolean methodCalls) {
			this.methodCalls = methodCalls;
			this.permissions = methodCalls
					? SimpleEvaluationContext.forPropertyAccessors(DataBindingPropertyAccessor.forReadOnlyAccess())
						.withInstanceMethods()
						.withAssignmentDisabled()
					: SimpleEvaluationContext.forPropertyAccessors(new ReadableProperties()).withAssignmentDisabled();
		}

		/**
		 * Parses an expression.
		 * @param text the text
		 * @return the expression
		 * @throws ParseException if the expression is malformed or not permitted
		 */
		public Expression parse(String text) {
			if (text.isBlank()) {
				throw new ParseException(0, "the expression is empty");
			}
			try {
				SpelExpression parsed = this.parser.parseRaw(text);
				Map<String, Integer> variables = new LinkedHashMap<>();
				visit(parsed.getAST(), false, variables);
				return new Expression(text, parsed, Map.copyOf(variables), this.permissions);
			}
			catch (IllegalStateException ex) {
				throw new ParseException(0, String.valueOf(ex.getMessage()));
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
