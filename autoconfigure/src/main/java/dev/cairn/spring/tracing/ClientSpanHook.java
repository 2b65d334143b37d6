package dev.cairn.spring.tracing;

import io.micrometer.observation.transport.RequestReplySenderContext;
import io.micrometer.tracing.Span;

/**
 * Sees the requests and the responses of observed HTTP clients with their spans. Beans of
 * this type are called in their order, on the thread of the client. Their exceptions are
 * isolated and counted. Must be thread-safe and quick.
 */
public interface ClientSpanHook {

	/**
	 * Called before the headers of a request are written.
	 * @param request contains the request as {@code getCarrier()}, and sets headers with
	 * {@code getSetter()}
	 * @param span the span of the request
	 */
	default void onRequest(RequestReplySenderContext<?, ?> request, Span span) {
	}

	/**
	 * Called when a response was received, before its span ends.
	 * @param exchange contains the response as {@code getResponse()}, and the request
	 * @param span the span of the request
	 */
	default void onResponse(RequestReplySenderContext<?, ?> exchange, Span span) {
	}

}
