package dev.cairn.spring.tracing;

import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.aop.Expression;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Adds the tags of a call to its span, redacted and bounded. A tag that fails is left
 * out. Thread-safe.
 */
final class SpanTags {

	private static final int MAX_LENGTH = 1024;

	/** Longer than a tag, so that a secret at its end is recognized. */
	private static final int MAX_READ = 2 * MAX_LENGTH;

	private final Extensions extensions;

	private final Redactor redactor;

	private final @Nullable AnnotatedTags annotated;

	SpanTags(Extensions extensions, Redactor redactor, @Nullable AnnotatedTags annotated) {
		this.extensions = extensions;
		this.redactor = redactor;
		this.annotated = annotated;
	}

	/** Does nothing for a span that the tracer does not record. */
	void add(Observation observation, TracedMethod method, MethodInvocation invocation, @Nullable Throwable thrown,
			@Nullable Object result) {
		if ((method.tags().isEmpty() && !method.isAnnotated()) || !isRecorded(observation)) {
			return;
		}
		AnnotatedTags handler = this.annotated;
		if (method.isAnnotated() && handler != null) {
			call(method, () -> handler.of(invocation, thrown, result)
				.forEach((tag) -> add(observation, tag.getKey(), tag.getValue())));
		}
		method.tags().forEach((name, expression) -> {
			if (hasValue(expression, thrown)) {
				call(method,
						() -> add(observation, name, expression.evaluate((variable) -> method.signature()
							.variable(variable, invocation.getThis(), invocation.getArguments(), thrown, result),
								invocation.getThis())));
			}
		});
	}

	private static boolean isRecorded(Observation observation) {
		TracingContext tracing = observation.getContextView().get(TracingContext.class);
		Span span = (tracing != null) ? tracing.getSpan() : null;
		return span != null && !span.isNoop();
	}

	/** There is no result after an exception, and no exception after a result. */
	private static boolean hasValue(Expression expression, @Nullable Throwable thrown) {
		return (thrown != null) ? !expression.uses(TracedSignature.RESULT)
				: !expression.uses(TracedSignature.EXCEPTION) && !expression.uses(TracedSignature.ERROR_TYPE);
	}

	/** The methods of values are foreign code. */
	private void call(TracedMethod method, Runnable tag) {
		this.extensions.call(new Extensions.Named<>("a tag of " + method.signature(), tag), (runnable) -> {
			runnable.run();
			return null;
		});
	}

	private void add(Observation observation, String name, @Nullable Object value) {
		if (value != null) {
			String text = this.redactor.redact(name, Text.cut(String.valueOf(value), MAX_READ));
			observation.highCardinalityKeyValue(KeyValue.of(name, Text.cut(text, MAX_LENGTH)));
		}
	}

}
