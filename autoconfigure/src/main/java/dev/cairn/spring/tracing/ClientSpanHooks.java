package dev.cairn.spring.tracing;

import java.util.List;
import java.util.function.BiConsumer;

import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.RequestReplySenderContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;

/**
 * Calls the hooks of clients. Boot registers the handlers of tracers first, so that they
 * start first and stop last.
 */
final class ClientSpanHooks implements ObservationHandler<RequestReplySenderContext<?, ?>> {

	private final List<Named<ClientSpanHook>> hooks;

	private final Extensions extensions;

	ClientSpanHooks(List<ClientSpanHook> hooks, Extensions extensions) {
		this.hooks = Extensions.named("client span hook", hooks);
		this.extensions = extensions;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return !this.hooks.isEmpty() && context instanceof RequestReplySenderContext<?, ?>;
	}

	@Override
	public void onStart(RequestReplySenderContext<?, ?> context) {
		each(context, (hook, span) -> hook.onRequest(context, span));
	}

	@Override
	public void onStop(RequestReplySenderContext<?, ?> context) {
		if (context.getResponse() != null) {
			each(context, (hook, span) -> hook.onResponse(context, span));
		}
	}

	private void each(Observation.Context context, BiConsumer<ClientSpanHook, Span> call) {
		TracingContext tracing = context.get(TracingContext.class);
		Span span = (tracing != null) ? tracing.getSpan() : null;
		if (span != null) {
			this.extensions.each(this.hooks, (hook) -> call.accept(hook, span));
		}
	}

}
