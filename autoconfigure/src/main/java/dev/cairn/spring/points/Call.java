package dev.cairn.spring.points;

import java.util.List;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.IndexAccessor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;

/**
 * A call that has ended, as the expressions see it. What they may do is what the
 * {@link Expressions} let them.
 */
final class Call implements EvaluationContext {

	static final String RESULT = "result";

	static final String EXCEPTION = "exception";

	static final String ERROR_TYPE = "error_type";

	private static final String DURATION = "duration_ms";

	private static final String TARGET = "target";

	private static final String METHOD = "method";

	static final List<String> OWN_VARIABLES = List.of("#" + RESULT, "#" + EXCEPTION, "#" + ERROR_TYPE, "#" + DURATION,
			"#" + TARGET, "#" + METHOD);

	private static final double NANOS_PER_MILLI = 1e6;

	private final EvaluationContext permitted;

	private final Signature signature;

	private final @Nullable Object target;

	private final @Nullable Object[] arguments;

	private final @Nullable Object result;

	private final @Nullable Throwable thrown;

	private final long nanos;

	Call(EvaluationContext permitted, Signature signature, @Nullable Object target, @Nullable Object[] arguments,
			@Nullable Object result, @Nullable Throwable thrown, long nanos) {
		this.permitted = permitted;
		this.signature = signature;
		this.target = target;
		this.arguments = arguments;
		this.result = result;
		this.thrown = (thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause() : thrown;
		this.nanos = nanos;
	}

	static boolean isOwn(String variable) {
		return OWN_VARIABLES.contains("#" + variable);
	}

	/** Return the class of what was thrown, or {@code null} when nothing was. */
	@Nullable String errorType() {
		return (this.thrown != null) ? this.thrown.getClass().getName() : null;
	}

	boolean hasThrown() {
		return this.thrown != null;
	}

	@Override
	public @Nullable Object lookupVariable(String name) {
		return switch (name) {
			case RESULT -> this.result;
			case EXCEPTION -> this.thrown;
			case ERROR_TYPE -> errorType();
			case DURATION -> this.nanos / NANOS_PER_MILLI;
			case TARGET -> this.target;
			case METHOD -> this.signature.methodName();
			default -> this.signature.argument(name, this.arguments);
		};
	}

	@Override
	public void setVariable(String name, @Nullable Object value) {
		throw new UnsupportedOperationException("expressions of a point set nothing");
	}

	@Override
	public boolean isAssignmentEnabled() {
		return false;
	}

	@Override
	public TypedValue getRootObject() {
		return new TypedValue(this.target);
	}

	@Override
	public List<PropertyAccessor> getPropertyAccessors() {
		return this.permitted.getPropertyAccessors();
	}

	@Override
	public List<IndexAccessor> getIndexAccessors() {
		return this.permitted.getIndexAccessors();
	}

	@Override
	public List<ConstructorResolver> getConstructorResolvers() {
		return this.permitted.getConstructorResolvers();
	}

	@Override
	public List<MethodResolver> getMethodResolvers() {
		return this.permitted.getMethodResolvers();
	}

	@Override
	public @Nullable BeanResolver getBeanResolver() {
		return this.permitted.getBeanResolver();
	}

	@Override
	public TypeLocator getTypeLocator() {
		return this.permitted.getTypeLocator();
	}

	@Override
	public TypeConverter getTypeConverter() {
		return this.permitted.getTypeConverter();
	}

	@Override
	public TypeComparator getTypeComparator() {
		return this.permitted.getTypeComparator();
	}

	@Override
	public OperatorOverloader getOperatorOverloader() {
		return this.permitted.getOperatorOverloader();
	}

}
