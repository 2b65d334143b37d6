package dev.cairn.spring.tracing;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.annotation.Traced;
import dev.cairn.spring.aop.Calls;
import dev.cairn.spring.aop.Expression;
import dev.cairn.spring.aop.TelemetryAnnotations.InvalidAnnotationException;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.annotation.ObservationKeyValue;
import io.micrometer.observation.annotation.ObservationKeyValues;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.expression.ParseException;
import org.springframework.util.StringUtils;

/**
 * A method whose calls are spans, by one {@link Traced @Traced} or without an annotation.
 * Immutable.
 */
final class TracedMethod {

	private final TracedSignature signature;

	private final String name;

	private final boolean requireActive;

	private final Map<String, Expression> tags;

	private final KeyValues place;

	private final Calls.Completion completion;

	private final boolean annotated;

	/**
	 * Prepares an annotation.
	 * @throws InvalidAnnotationException if it is invalid
	 */
	TracedMethod(TracedSignature signature, Traced traced, Expression.Parser parser) {
		this.signature = signature;
		this.name = StringUtils.hasText(traced.value()) ? traced.value() : signature.defaultName();
		this.requireActive = traced.requireActive();
		this.tags = tags(signature, traced, parser);
		this.place = place(signature);
		this.completion = Calls.Completion.of(signature.method());
		this.annotated = isAnnotated(new AnnotatedMethod(signature.method()));
	}

	/** Prepares a method without an annotation. */
	TracedMethod(TracedSignature signature) {
		this.signature = signature;
		this.name = signature.defaultName();
		this.requireActive = false;
		this.tags = Map.of();
		this.place = place(signature);
		this.completion = Calls.Completion.of(signature.method());
		this.annotated = false;
	}

	private static KeyValues place(TracedSignature signature) {
		return KeyValues.of("class", signature.className(), "method", signature.method().getName());
	}

	private static Map<String, Expression> tags(TracedSignature signature, Traced traced, Expression.Parser parser) {
		Map<String, Expression> tags = new LinkedHashMap<>();
		for (String tag : traced.tags()) {
			try {
				Map.Entry<String, String> named = Expression.named(tag);
				Expression expression = parser.parse(named.getValue());
				expression.check(signature::has, signature::describe);
				tags.put(named.getKey(), expression);
			}
			catch (ParseException ex) {
				throw invalid(signature, tag,
						"at position " + (Math.max(0, ex.getPosition()) + 1) + ": " + ex.getSimpleMessage(), ex);
			}
			catch (IllegalArgumentException ex) {
				throw invalid(signature, tag, String.valueOf(ex.getMessage()), ex);
			}
		}
		return tags;
	}

	private static InvalidAnnotationException invalid(TracedSignature signature, String tag, String reason,
			Exception cause) {
		return new InvalidAnnotationException(
				"The @Traced on %s has the tag '%s', which is invalid: %s".formatted(signature, tag, reason),
				"Correct the annotation, or set cairn.annotations.enabled=false to ignore the annotations.", cause);
	}

	private static boolean isAnnotated(AnnotatedMethod method) {
		if (method.hasMethodAnnotation(ObservationKeyValue.class)
				|| method.hasMethodAnnotation(ObservationKeyValues.class)) {
			return true;
		}
		for (MethodParameter parameter : method.getMethodParameters()) {
			if (parameter.hasParameterAnnotation(ObservationKeyValue.class)
					|| parameter.hasParameterAnnotation(ObservationKeyValues.class)) {
				return true;
			}
		}
		return false;
	}

	TracedSignature signature() {
		return this.signature;
	}

	String name() {
		return this.name;
	}

	boolean requiresActive() {
		return this.requireActive;
	}

	/** Returns the key-values of all calls. */
	KeyValues place() {
		return this.place;
	}

	/** Returns the tags that depend on the call. */
	Map<String, Expression> tags() {
		return this.tags;
	}

	/** Returns whether there are annotations of Micrometer for further tags. */
	boolean isAnnotated() {
		return this.annotated;
	}

	Calls.Completion completion() {
		return this.completion;
	}

}
