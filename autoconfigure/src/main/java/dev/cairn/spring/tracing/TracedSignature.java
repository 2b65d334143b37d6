package dev.cairn.spring.tracing;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import org.jspecify.annotations.Nullable;

/**
 * A method whose calls are spans, and the variables of its expressions. Immutable.
 */
record TracedSignature(Class<?> type, Method method, Map<String, Integer> arguments) {

	static final String RESULT = "result";

	static final String EXCEPTION = "exception";

	static final String ERROR_TYPE = "error_type";

	private static final String TARGET = "target";

	private static final String METHOD = "method";

	private static final List<String> VARIABLES = List.of(RESULT, EXCEPTION, ERROR_TYPE, TARGET, METHOD);

	TracedSignature(Class<?> type, Method method) {
		this(type, method, Expression.arguments(method));
	}

	boolean has(String variable) {
		return VARIABLES.contains(variable) || this.arguments.containsKey(variable);
	}

	/** Returns the method and its variables, for a message. */
	String describe() {
		return this + "; available are "
				+ Stream.concat(this.arguments.keySet().stream(), VARIABLES.stream())
					.map((name) -> "#" + name)
					.collect(Collectors.joining(", "));
	}

	@Nullable Object variable(String name, @Nullable Object target, @Nullable Object[] values, @Nullable Throwable thrown,
			@Nullable Object result) {
		return switch (name) {
			case RESULT -> result;
			case EXCEPTION -> thrown;
			case ERROR_TYPE -> (thrown != null) ? thrown.getClass().getName() : null;
			case TARGET -> target;
			case METHOD -> this.method.getName();
			default -> values[this.arguments.getOrDefault(name, 0)];
		};
	}

	String className() {
		return owner().getName();
	}

	String defaultName() {
		return owner().getSimpleName() + "." + this.method.getName();
	}

	private Class<?> owner() {
		return Calls.owner(this.type, this.method);
	}

	@Override
	public String toString() {
		return className() + "#" + this.method.getName();
	}

}
