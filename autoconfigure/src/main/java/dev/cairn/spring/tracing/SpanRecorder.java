package dev.cairn.spring.tracing;

import dev.cairn.engine.Settings;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Records calls as observations, from which the tracer makes spans. The observation is
 * propagated to other threads like any other. Never fails a call. Thread-safe.
 */
final class SpanRecorder {

	/** The name of the observations; that of a span is their contextual name. */
	static final String OBSERVATION = "method.traced";

	private final ObservationRegistry registry;

	private final Tracer tracer;

	private final Extensions extensions;

	private final SpanTags tags;

	private final Settings.Holder settings;

	private final boolean on;

	SpanRecorder(ObservationRegistry registry, Tracer tracer, Extensions extensions, Redactor redactor,
			@Nullable AnnotatedTags annotated, Settings.Holder settings) {
		this.registry = registry;
		this.tracer = tracer;
		this.extensions = extensions;
		this.tags = new SpanTags(extensions, redactor, annotated);
		this.settings = settings;
		this.on = tracer != Tracer.NOOP && !registry.isNoop();
	}

	/** Returns whether there is a tracer. */
	boolean isOn() {
		return this.on;
	}

	/** Returns whether the settings turn the calls of repositories off. */
	boolean isDataOff() {
		return this.settings.get().instrumentsOff().contains("data");
	}

	@Nullable Object record(TracedMethod method, MethodInvocation invocation, GuardedObservation.Call<Object, Throwable> call)
			throws Throwable {
		if (method.completion().isLazy()) {
			Object result = call.proceed();
			return (result != null)
					? TracedPublishers.traced(method, result, (parent) -> start(method, invocation, parent)) : null;
		}
		TracedSpan span = start(method, invocation, null);
		if (span == null) {
			return call.proceed();
		}
		return method.completion().safely(span.within(call), 0, span);
	}

	/**
	 * Starts a span.
	 * @param parent the observation to which it belongs, {@code null} for the current one
	 * @return the span, {@code null} if the call is not recorded
	 */
	private @Nullable TracedSpan start(TracedMethod method, MethodInvocation invocation, @Nullable Observation parent) {
		return this.extensions.get("the start of a span", () -> {
			if (method.requiresActive() && parent == null && this.tracer.currentSpan() == null) {
				return null;
			}
			Observation.Context context = new Observation.Context();
			context.put(MethodInvocation.class, invocation);
			GuardedObservation observation = GuardedObservation.start(this.extensions, OBSERVATION, () -> {
				Observation created = Observation.createNotStarted(OBSERVATION, () -> context, this.registry)
					.contextualName(method.name())
					.lowCardinalityKeyValues(method.place());
				return (parent != null) ? created.parentObservation(parent) : created;
			});
			return observation.isNone() ? null : new TracedSpan(observation, method, invocation, this.tags);
		});
	}

}
