package dev.cairn.spring.points;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.cairn.MessageFields;
import dev.cairn.internal.Throwables;
import dev.cairn.spring.aop.Expression;
import org.jspecify.annotations.Nullable;

/**
 * A completed call, as expressions see it. The exception is {@code null} if the call
 * returned, and the result is {@code null} if it failed.
 */
record Call(Signature signature, @Nullable Object target, @Nullable Object[] arguments, @Nullable Object result,
		@Nullable Throwable thrown, long nanos) {

	static final String RESULT = "result";

	static final String EXCEPTION = "exception";

	static final String ERROR_TYPE = "error_type";

	private static final String DURATION = MessageFields.DURATION_MS;

	private static final String TARGET = "target";

	private static final String METHOD = "method";

	static final List<String> VARIABLES = List.of(RESULT, EXCEPTION, ERROR_TYPE, DURATION, TARGET, METHOD);

	Call {
		thrown = Throwables.ofFuture(thrown);
	}

	boolean hasThrown() {
		return this.thrown != null;
	}

	@Nullable String errorType() {
		return (this.thrown != null) ? this.thrown.getClass().getName() : null;
	}

	/**
	 * Returns whether an expression has a value for the end of the call: there is no
	 * result after an exception, and no exception after a result.
	 */
	boolean hasValueFor(Expression expression) {
		return hasThrown() ? !expression.uses(RESULT) : !expression.uses(EXCEPTION) && !expression.uses(ERROR_TYPE);
	}

	static double millis(long nanos) {
		return (double) nanos / TimeUnit.MILLISECONDS.toNanos(1);
	}

	@Nullable Object evaluate(Expression expression) {
		return expression.evaluate(this::variable, this.target);
	}

	private @Nullable Object variable(String name) {
		return switch (name) {
			case RESULT -> this.result;
			case EXCEPTION -> this.thrown;
			case ERROR_TYPE -> errorType();
			case DURATION -> millis(this.nanos);
			case TARGET -> this.target;
			case METHOD -> this.signature.methodName();
			default -> this.signature.argument(name, this.arguments);
		};
	}

}
